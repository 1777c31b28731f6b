"""An interpreter of the part of Firebase's rules language for Storage that our rules use, after its reference.

https://firebase.google.com/docs/reference/security/storage. The official one is a download that not everybody reaches;
what this one shows is that the rules parse, and mean what we think that they mean.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Names = Mapping[str, Any]
Expression = Callable[[Names], Any]
_TOKEN = re.compile(
    r"\s+|//[^\n]*|('(?:[^'\\]|\\.)*'|\d+|[A-Za-z_]\w*|\|\||&&|==|!=|<=|>=|=\*\*|[-+*/!<>=(){}\[\].,:;?])"
)
_OPERATIONS = {
    "read": {"get", "list"},
    "write": {"create", "update", "delete"},
    **{name: {name} for name in ("get", "list", "create", "update", "delete")},
}
_BINARY: Sequence[Mapping[str, Callable[[Any, Any], Any]]] = [
    {"||": lambda a, b: a or b},
    {"&&": lambda a, b: a and b},
    {"==": lambda a, b: a == b, "!=": lambda a, b: a != b},
    {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b},
]
_METHODS: Mapping[str, Callable[..., Any]] = {
    "split": lambda text, pattern: re.split(pattern, text),
    "matches": lambda text, pattern: re.fullmatch(pattern, text) is not None,
    "size": len,
}


@dataclass
class _Block:
    pattern: list[str]
    functions: dict[str, tuple[list[str], Expression]] = field(default_factory=dict)
    allows: list[tuple[set[str], Expression]] = field(default_factory=list)
    blocks: list["_Block"] = field(default_factory=list)


class StorageRules:
    """Rules that were read. Raises `SyntaxError` for what is none."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._take("rules_version", "=", "'2'", ";", "service", "firebase", ".", "storage")
        self._root = _Block([])
        self._block(self._root)
        if self._tokens:
            raise SyntaxError(f"something follows the service: {self._tokens[:5]}")

    def allows(self, operation: str, path: str, *, auth: Names | None, **resource: object) -> bool:
        """Whether the operation is allowed; `resource` is what is written: `size`, `contentType`."""
        names = {"request": {"auth": auth, "resource": resource}, "null": None, "true": True, "false": False}
        return _allowed(self._root, ["b", "bucket", "o", *path.split("/")], operation, names)

    # Reading.

    def _take(self, *expected: str) -> str:
        token = ""
        for each in expected or ("",):
            if not self._tokens or (each and self._tokens[0] != each):
                raise SyntaxError(f"{each or 'more'} expected, found {self._tokens[:5]}")
            token = self._tokens.pop(0)
        return token

    def _try(self, token: str) -> bool:
        if self._tokens[:1] == [token]:
            self._tokens.pop(0)
            return True
        return False

    def _block(self, block: _Block) -> None:
        self._take("{")
        while not self._try("}"):
            match self._take():
                case "match":
                    inner = _Block(self._pattern())
                    self._block(inner)
                    block.blocks.append(inner)
                case "allow":
                    operations = self._operations()
                    while self._try(","):
                        operations |= self._operations()
                    condition = self._condition()
                    block.allows.append((operations, condition))
                case "function":
                    name = self._take()
                    parameters = self._list(self._take)
                    self._take("{", "return")
                    body = self._expression()
                    self._take(";", "}")
                    block.functions[name] = (parameters, body)
                case other:
                    raise SyntaxError(f"match, allow or function expected, found {other}")

    def _operations(self) -> set[str]:
        name = self._take()
        if name not in _OPERATIONS:
            raise SyntaxError(f"{name} is no operation")
        return set(_OPERATIONS[name])

    def _condition(self) -> Expression:
        if self._try(";"):
            return lambda _names: True
        self._take(":", "if")
        condition = self._expression()
        self._take(";")
        return condition

    def _pattern(self) -> list[str]:
        segments = []
        while self._try("/"):
            if self._try("{"):
                name = self._take()
                segments.append(f"**{name}" if self._try("=**") else f"*{name}")
                self._take("}")
            else:
                segments.append(self._take())
        return segments

    def _list(self, item: Callable[[], Any]) -> list[Any]:
        self._take("(")
        items = []
        while not self._try(")"):
            items.append(item())
            self._try(",")
        return items

    def _expression(self, level: int = 0) -> Expression:
        if level == len(_BINARY):
            return self._operand()
        left = self._expression(level + 1)
        while self._tokens and self._tokens[0] in _BINARY[level]:
            sign = self._take()
            left = _binary(sign, _BINARY[level][sign], left, self._expression(level + 1))
        return left

    def _operand(self) -> Expression:
        token = self._take()
        value: Expression
        if token == "!":
            inner = self._operand()
            return lambda names: not inner(names)
        if token == "(":
            value = self._expression()
            self._take(")")
        elif token.startswith("'"):
            value = _constant(token[1:-1].replace("\\\\", "\\"))
        elif token.isdigit():
            value = _constant(int(token))
        elif self._tokens[0] == "(":
            value = _call(token, self._list(self._expression))
        else:
            value = _name(token)
        while True:
            if self._try("."):
                member = self._take()
                arguments = self._list(self._expression) if self._tokens[0] == "(" else None
                value = _member(value, member, arguments)
            elif self._try("["):
                value = _index(value, self._expression())
                self._take("]")
            else:
                return value


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise SyntaxError(f"not understood: {text[position : position + 20]!r}")
        if found[1]:
            tokens.append(found[1])
        position = found.end()
    return tokens


def _allowed(block: _Block, path: Sequence[str], operation: str, names: Names) -> bool:
    bound = _bind(block.pattern, path)
    if bound is None:
        return False
    rest, variables = bound
    names = {**names, **variables, **{f"{name}()": function for name, function in block.functions.items()}}
    if not rest and any(operation in operations and _holds(condition, names) for operations, condition in block.allows):
        return True
    return any(_allowed(inner, rest, operation, names) for inner in block.blocks)


def _bind(pattern: Sequence[str], path: Sequence[str]) -> tuple[Sequence[str], dict[str, str]] | None:
    variables: dict[str, str] = {}
    for position, segment in enumerate(pattern):
        if segment.startswith("**"):
            return [], {**variables, segment[2:]: "/".join(path[position:])}
        if position >= len(path):
            return None
        if segment.startswith("*"):
            variables[segment[1:]] = path[position]
        elif segment != path[position]:
            return None
    return path[len(pattern) :], variables


def _holds(condition: Expression, names: Names) -> bool:
    try:
        return condition(names) is True
    except (KeyError, TypeError, IndexError, AttributeError):
        return False  # an error while it is evaluated refuses


def _binary(sign: str, operate: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    if sign == "&&":
        return lambda names: left(names) and right(names)
    if sign == "||":
        return lambda names: left(names) or right(names)
    return lambda names: operate(left(names), right(names))


def _constant(value: object) -> Expression:
    return lambda _names: value


def _name(name: str) -> Expression:
    return lambda names: names[name]


def _call(name: str, arguments: Sequence[Expression]) -> Expression:
    def call(names: Names) -> Any:
        parameters, body = names[f"{name}()"]
        return body({**names, **dict(zip(parameters, (each(names) for each in arguments), strict=True))})

    return call


def _member(value: Expression, member: str, arguments: Sequence[Expression] | None) -> Expression:
    if arguments is None:
        return lambda names: value(names)[member]
    method = _METHODS[member]
    return lambda names: method(value(names), *(each(names) for each in arguments))


def _index(value: Expression, index: Expression) -> Expression:
    return lambda names: value(names)[index(names)]
