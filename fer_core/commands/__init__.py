"""The commands of `python -m fer_core`, one a file: HELP, add_arguments(parser) and run(args) -> exit status."""
