"""Run the command line as ``python -m sinho``."""

from sinho.cli import main

if __name__ == "__main__":
    main()
