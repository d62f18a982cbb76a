"""Runs the cells of a notebook, which it reads from standard input as JSON, and prints the value of the last one."""

import ast
import asyncio
import json
import sys

names: dict[str, object] = {}


async def run(source: str) -> object:
    """Runs a cell, which may await, and gives the value of its last line if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    for part in [tree] + ([ast.Expression(last.value)] if last else []):
        mode = "eval" if isinstance(part, ast.Expression) else "exec"
        code = compile(part, "cell", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, names)
        value = await value if asyncio.iscoroutine(value) else value
    return value


async def main() -> None:
    for cell in json.load(sys.stdin):
        value = await run(cell)
    print(json.dumps(value))


asyncio.run(main())
