"""The toy services for the tests of this folder."""

from toy_service import parts

__all__ = ["parts"]
