"""The two kinds of pydantic models: parts that reject what they do not know, and facts that let it pass."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A frozen value that rejects unknown fields: everything that is asked for or configured."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(BaseModel):
    """A frozen value that ignores unknown fields: what happened, told perhaps by a newer version."""

    model_config = ConfigDict(frozen=True, extra="ignore")
