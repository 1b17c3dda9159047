"""`python -m fer_core`: finds the commands in fer_core/commands and runs the one asked for."""

import argparse
import pkgutil
import sys
from importlib import import_module

from fer_core import commands
from fer_core.errors import FerError


def build_parser() -> argparse.ArgumentParser:
    """The parser with one subcommand for each module of fer_core.commands."""
    parser = argparse.ArgumentParser(
        prog="python -m fer_core",
        description="Train, compare and explain facial expression networks.",
        epilog="Each command explains itself: python -m fer_core COMMAND --help",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module_info in sorted(pkgutil.iter_modules(commands.__path__), key=lambda m: m.name):
        module = import_module(f"{commands.__name__}.{module_info.name}")
        if not hasattr(module, "HELP"):  # a helper module beside the commands
            continue
        sub = subparsers.add_parser(
            module_info.name,
            help=module.HELP,
            description=(module.__doc__ or module.HELP).strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Runs a command; bad input is one sentence on stderr and exit status 1."""
    args = build_parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except FerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader, say `head`, has seen enough
            return 0
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped.", file=sys.stderr)
        return 130


def entry() -> None:
    """The command `fer-lab`: the same as `python -m fer_core`."""
    sys.exit(main())
