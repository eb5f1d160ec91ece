"""The commands without the installed script: ``python -m kulanz.cli``."""

from kulanz.cli import main

main(prog_name="kulanz")
