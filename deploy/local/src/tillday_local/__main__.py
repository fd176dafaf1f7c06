"""`python -m tillday_local`: the installed command behind ./tillday."""

from tillday_local.cli import app

if __name__ == "__main__":
    app(prog_name="./tillday")
