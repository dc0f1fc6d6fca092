"""``python -m callcenter`` is ``callcenter``."""

from callcenter.cli import main

if __name__ == "__main__":
    main()
