"""Entry point of ``python -m csisem``, the same as the command ``csisem``."""

from csisem.cli import main

if __name__ == "__main__":
    main()
