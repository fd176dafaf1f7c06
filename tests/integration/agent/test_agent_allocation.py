"""What a PIN needed for a moment goes back to the system, whichever thread checked it; what stays is not
looked through for waste.
"""

import subprocess
import sys

import pytest

CHECKS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import psutil
from argon2.low_level import Type, hash_secret_raw
from terminal_agent.allocation import give_back_what_is_large

if sys.argv[1] == "given-back":
    give_back_what_is_large()
before = psutil.Process().memory_info().rss
def check(_):
    hash_secret_raw(b"1001", b"0123456789abcdef", 1, 19456, 1, 32, Type.ID)
for _ in range(3):
    check(0)
with ThreadPoolExecutor(3) as threads:
    list(threads.map(check, range(9)))
print((psutil.Process().memory_info().rss - before) // 2**20)
"""


def grown(how: str) -> int:
    """By how many MiB a process has grown after a dozen PINs."""
    made = subprocess.run([sys.executable, "-c", CHECKS, how], capture_output=True, text=True, check=True)
    return int(made.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux keeps large blocks")
def test_checking_pins_leaves_no_memory_behind() -> None:
    assert grown("given-back") < 10


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux keeps large blocks")
def test_without_asking_the_c_library_it_stays() -> None:
    assert grown("kept") > 15


LOOKS = """
import gc, sys
import terminal_agent.agent
from terminal_agent.allocation import look_for_no_waste, look_only_among_what_is_new

look_for_no_waste()
if sys.argv[1] == "new":
    look_only_among_what_is_new()
else:
    gc.enable()
print(len(gc.get_objects()), gc.isenabled())
"""


def looked_through(how: str) -> tuple[int, bool]:
    """How many objects each search for waste goes through, and whether there is one."""
    made = subprocess.run([sys.executable, "-c", LOOKS, how], capture_output=True, text=True, check=True)
    objects, searches = made.stdout.split()
    return int(objects), searches == "True"


def test_a_search_for_waste_passes_over_what_was_there_before() -> None:
    among, searches = looked_through("new")
    assert searches
    assert among < 2_000
    assert looked_through("all")[0] > 20_000, "the control"
