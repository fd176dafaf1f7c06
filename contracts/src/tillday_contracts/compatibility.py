"""Whether a newer schema still accepts everything that an older one accepted, and still holds every field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

Schema = Mapping[str, object]

_LOWER_BOUNDS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER_BOUNDS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT: Final = ("pattern", "format", "contentEncoding", "uniqueItems", "multipleOf")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two schemas of the same thing and the documents that their references point into."""

    old: Schema
    new: Schema
    old_root: Schema
    new_root: Schema

    def at(self, old: object, new: object) -> "_Pair":
        return _Pair(
            _resolved(_schema(old), self.old_root),
            _resolved(_schema(new), self.new_root),
            self.old_root,
            self.new_root,
        )


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Return a sentence for each way in which `new` breaks who relies on `old`; empty when it only grew."""
    return list(_changes(_Pair(old, new, old, new), "$", frozenset()))


def _changes(pair: _Pair, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[str]:
    key = (id(pair.old), id(pair.new))
    if key in seen or not pair.new:
        return
    deeper = seen | {key}
    if _alternatives(pair.old) or _alternatives(pair.new):
        yield from _alternatives_lost(pair, where, deeper)
        return
    yield from _narrowed(pair, where)
    yield from _fields_broken(pair, where, deeper)
    for word in ("items", "additionalProperties", "propertyNames"):
        yield from _inner(pair, word, where, deeper)


def _fields_broken(pair: _Pair, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[str]:
    old_fields, new_fields = _schema(pair.old.get("properties")), _schema(pair.new.get("properties"))
    for name, old_field in old_fields.items():
        if name not in new_fields:
            yield f"{where}.{name} was removed or renamed"
        else:
            yield from _changes(pair.at(old_field, new_fields[name]), f"{where}.{name}", seen)
    for name in sorted(_names(pair.new, "required") - _names(pair.old, "required")):
        yield f"{where}.{name} is required now"


def _narrowed(pair: _Pair, where: str) -> Iterator[str]:
    for word in ("type", "enum"):
        lost = _values(pair.old, word) - _values(pair.new, word)
        if _values(pair.new, word) and (lost or not _values(pair.old, word)):
            yield f"{where}: {word} was narrowed to {sorted(_values(pair.new, word))}"
    for words, tighter in ((_LOWER_BOUNDS, 1), (_UPPER_BOUNDS, -1)):
        for word in words:
            before, after = pair.old.get(word), pair.new.get(word)
            if isinstance(after, int) and (not isinstance(before, int) or (after - before) * tighter > 0):
                yield f"{where}: {word} was narrowed to {after}"
    for word in _EXACT:
        if word in pair.new and pair.new[word] != pair.old.get(word):
            yield f"{where}: {word} was changed to {pair.new[word]}"
    if pair.new.get("additionalProperties") is False and pair.old.get("additionalProperties") is not False:
        yield f"{where}: unknown fields are refused now"


def _inner(pair: _Pair, word: str, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[str]:
    before, after = pair.old.get(word), pair.new.get(word)
    if isinstance(after, Mapping):
        yield from _changes(pair.at(before, after), f"{where}[{word}]", seen)


def _alternatives_lost(pair: _Pair, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[str]:
    news = _alternatives(pair.new) or (pair.new,)
    for old in _alternatives(pair.old) or (pair.old,):
        problems = [list(_changes(pair.at(old, new), where, seen)) for new in news]
        if all(problems):
            yield min(problems, key=len)[0]


def _alternatives(schema: Schema) -> tuple[object, ...]:
    found = schema.get("anyOf") or schema.get("oneOf") or ()
    return tuple(found) if isinstance(found, list | tuple) else ()


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    target: object = root
    for word in reference.removeprefix("#/").split("/"):
        target = _schema(target).get(word)
    return _resolved(_schema(target), root)


def _schema(value: object) -> Schema:
    return value if isinstance(value, Mapping) else {}


def _names(schema: Schema, word: str) -> set[str]:
    found = schema.get(word)
    return {str(name) for name in found} if isinstance(found, list | tuple) else set()


def _values(schema: Schema, word: str) -> set[str]:
    if word == "enum" and "const" in schema:
        return {repr(schema["const"])}
    found = schema.get(word)
    if isinstance(found, list | tuple):
        return {repr(value) for value in found}
    return set() if found is None else {repr(found)}
