"""A result that knows which function made it and from which tables.

Functions of `ladders.evidence` and `ladders.models` are decorated with `measured`. Their positional parameters
are named after tables of data/: called without them, the tables are loaded; called with frames of the same
schema (a generated world, a test), the same code runs on those.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from ladders import tables


@contextmanager
def asking(function: str, names: tuple[str, ...]) -> Iterator[None]:
    """Within it, a label that tables should have and have not, or a value they cannot have, is a TableError naming both."""
    place = f"{function}, which reads table {', '.join(names)}"
    try:
        yield
    except KeyError as error:
        raise tables.TableError(f"{place}, finds no {error.args[0]!r}.") from error
    except ValueError as error:
        if type(error) is not ValueError:  # the book's own errors name their place
            raise
        raise tables.TableError(f"{place}: {error}") from error


def name_of(function: Callable) -> str:
    """Module and name of a function, as receipts and the ledger print them."""
    return f"{function.__module__}.{function.__qualname__}"


@dataclass(frozen=True)
class Result:
    """A value (number, Series, DataFrame, named tuple) with its unit, function and tables."""

    value: Any
    unit: str
    function: str
    tables: tuple[str, ...]

    def __getitem__(self, key: Any) -> Result:
        """The part of the value under a label (Series), a (row, column) pair (DataFrame) or a field name."""
        with asking(self.function, self.tables):
            if hasattr(self.value, "loc"):
                part = self.value.loc[key]
            elif isinstance(self.value, dict):
                part = self.value[key]
            else:
                part = getattr(self.value, key)
        return replace(self, value=part)


def table_parameters(function: Callable) -> tuple[str, ...]:
    """Names of the positional parameters of a function: the tables that it reads."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(p.name for p in inspect.signature(function).parameters.values() if p.kind in kinds)


def _is_plain(value: Any) -> bool:
    """Whether an option says all by its value, so that the same option means the same result."""
    return isinstance(value, (str, int, float, type(None))) or (
        isinstance(value, tuple) and all(map(_is_plain, value))
    )


@tables.remembered
def of_the_book(function: Callable, names: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> Any:
    """What a function gives on tables of the book: computed once, as cells and margins ask for it again and again."""
    return function(**{name: tables.shared(name) for name in names}, **dict(options))


def measured(unit: str) -> Callable[[Callable], Callable[..., Result]]:
    """Decorate a function of tables: fill in the tables not given, return its value as a Result in `unit`."""

    def decorate(function: Callable) -> Callable[..., Result]:
        needed, called = table_parameters(function), name_of(function)

        @wraps(function)
        def wrapper(*frames: Any, **options: Any) -> Result:
            options |= zip(needed[: len(frames)], frames, strict=True)
            with asking(called, needed):
                given = {
                    name: options.pop(name) if name in options else tables.shared(name) for name in needed
                }
                if all(map(tables.is_shared, given.values(), given)) and all(
                    map(_is_plain, options.values())
                ):
                    value = copy(of_the_book(function, needed, tuple(sorted(options.items()))))
                else:
                    value = function(**given, **options)
            return Result(value, unit, called, needed)

        return wrapper

    return decorate
