"""`python -m emploi` is the `emploi` command."""

from emploi.config.cli import main

if __name__ == "__main__":
    main()
