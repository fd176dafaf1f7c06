"""How long a person waits for a tap, in a real browser: a demo that was just started is opened, and sells.

python tests/screen_taps.py READY_FILE [SALES]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from touch import Touch, browser

_TAPS = """async (sales) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const there = async (place) => {
    for (;;) {
      const found = document.querySelector(place);
      if (found && !found.disabled) return found;
      await drawn();
    }
  };
  const times = [];
  for (let sale = 0; sale < sales; sale++) {
    for (const [tap, answer] of [
      ["[data-sku='COF-01']", "[data-lines] [data-line]"],
      ["[data-pay]", "[data-sum='160']"],
      ["[data-sum='160']", "[data-done]"],
    ]) {
      const button = await there(tap);
      const began = performance.now();
      button.click();
      await there(answer);
      times.push(performance.now() - began);
    }
  }
  return times.sort((a, b) => a - b);
}"""


def main(ready_file: Path, sales: int) -> None:
    """Open the till of T1, sell, and say how long taps took until their answer was on the screen."""
    url = json.loads(ready_file.read_text(encoding="utf-8"))["terminals"]["T1"]
    with browser() as opened:
        touch = Touch.on(opened, url)
        touch.sign_in("Cashier 1", "1001")
        touch.tap("Open the terminal")
        touch.approve()
        touch.tap("Start the initial count")
        touch.count(n5000=3)
        touch.tap("Supervisor approval…")
        touch.approve()
        touch.sees("Tap a product or scan it.")
        times: list[float] = touch.page.evaluate(_TAPS, sales)
    half, most = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
    sys.stdout.write(f"{len(times)} taps: half within {half:.0f} ms, 99 of 100 within {most:.0f} ms\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100)
