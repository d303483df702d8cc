"""The time from a key to the cells it is to change, in the console's own screen."""
import itertools
import random
import time

from program import Program
from screen import Screen


class Keys:
    """Moves the row marker, zooms a pane and goes to another, each waited for where it is to be seen."""

    def __init__(self, arguments, home, rows, columns, pane):
        """`pane` is the title of the pane with rows to move through: `2 Integrations`."""
        self.pane = pane
        self.screen = Screen(rows, columns)
        self.program = Program(arguments, home, rows, columns, self.screen)

    def measure(self, presses, ready):
        """Milliseconds of each key by what it did, None for one that changed nothing within a second.

        `ready` is a text that is on the screen before the first key.
        """
        try:
            self.await_text(ready)
            self.program.press(self.pane[:1].encode(), self.has_focus)
            self.program.press(b"j", self.moved())
            self.program.press(b"g", self.moved())
            chance = random.Random(7)
            steps = itertools.cycle([self.down] * 6 + [self.up] * 6 + [self.zoom] * 2 + [self.focus] * 2)
            found = {}
            for step in itertools.islice(steps, presses):
                # At any moment of the console's own redraws, as a person does.
                self.program.drain(chance.uniform(0.02, 0.12))
                key, is_done = step()
                found.setdefault(step.__name__, []).append(self.program.press(key, is_done))
            return found
        finally:
            self.program.end()

    def await_text(self, text, limit=30.0):
        end = time.monotonic() + limit
        while time.monotonic() < end and not self.screen.find(text):
            self.program.read(0.1)

    def down(self):
        return b"j", self.moved()

    def up(self):
        return b"k", self.moved()

    def zoom(self):
        """The titles of other panes are gone, or are back."""
        was = self.is_alone()
        return b"f", lambda: self.is_alone() != was and self.marked() is not None

    def is_alone(self):
        return not self.screen.find("3 Cron")

    def focus(self):
        """The row marker is gone from the pane, or is back."""
        was = self.has_focus()
        other = b"2" if self.pane.startswith("1") else b"3"
        return other if was else self.pane[:1].encode(), lambda: self.has_focus() != was

    def has_focus(self):
        return self.marked() is not None

    def marked(self):
        """Row and name under the row marker; None when no row of the pane is marked."""
        if not (place := self.screen.find(self.pane)):
            return None
        title, column = place
        for row in range(title + 1, self.screen.rows - 1):
            if self.screen.background(row, column) is not None:
                cells = self.screen.cells[row][column:column + 24]
                return row, "".join(character for character, _ in cells)
        return None

    def moved(self):
        """True once the marker is on a row with another name than now."""
        before = self.marked()
        return lambda: (now := self.marked()) is not None and (before is None or now[1] != before[1])
