"""What a terminal shows after the bytes it got: as much of xterm-256color as ncurses sends."""
import re
import unicodedata

PIECE = re.compile(
    r"\x1b\[([<=>?]?)([0-9:;]*)([ -/]*)([@-~])|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b([ -/]*)([0-~])|(.)", re.DOTALL)
UNFINISHED = re.compile(r"\x1b(?:\[[0-9:;<=>? -/]*|[\]P][^\x07\x1b]*\x1b?|[ -/]*)?\Z")


class Screen:
    """Cells are pairs of a character and the SGR parameters it was written with, in effect."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.row = self.column = self.top = 0
        self.bottom, self.pen, self.last = rows - 1, (), " "
        self.cells = [self.blanks(columns) for _ in range(rows)]
        # Bytes of a character and of a sequence that are not all there yet.
        self.bytes, self.rest = b"", ""
        self.unknown = set()

    def text(self, row):
        return "".join(character for character, _ in self.cells[row]).rstrip()

    def look(self, row, column):
        return self.cells[row][column][1]

    def background(self, row, column):
        return dict(self.look(row, column)).get("background")

    def find(self, text):
        """Row and column of `text`, None when it is not shown."""
        for row in range(self.rows):
            line = "".join(character for character, _ in self.cells[row])
            if (column := line.find(text)) >= 0:
                return row, column
        return None

    def feed(self, data):
        data, self.bytes = self.bytes + data, b""
        for back in range(1, min(4, len(data)) + 1):
            if data[-back] >= 0xC0:
                if back < (2 if data[-back] < 0xE0 else 3 if data[-back] < 0xF0 else 4):
                    data, self.bytes = data[:-back], data[-back:]
                break
        text, self.rest = self.rest + data.decode("utf-8", "replace"), ""
        if unfinished := UNFINISHED.search(text):
            text, self.rest = text[:unfinished.start()], unfinished[0]
        for piece in PIECE.finditer(text):
            mark, numbers, between, final, _, escape, character = piece.groups()
            if character:
                self.put(character)
            elif final and not mark and not between:
                self.sequence(final, numbers)
            elif escape == "M":
                self.reverse_feed()

    def blanks(self, count):
        """Erased cells take the background of the pen."""
        kept = tuple(pair for pair in self.pen if pair[0] == "background")
        return [(" ", kept)] * count

    def put(self, character):
        if character >= " ":
            width = 0 if unicodedata.combining(character) else 1
            width += unicodedata.east_asian_width(character) in "WF"
            if width and self.column + width > self.columns:
                self.column = 0
                self.line_feed()
            for cell in (character, "")[:width]:
                self.cells[self.row][self.column] = cell, self.pen
                self.column += 1
            self.last = character
        elif character == "\r":
            self.column = 0
        elif character == "\n":
            self.line_feed()
        elif character == "\b":
            self.column = max(0, min(self.column, self.columns - 1) - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, (self.column // 8 + 1) * 8)

    def sequence(self, final, numbers):
        given = [int(number or 0) for number in numbers.replace(":", ";").split(";")]
        first = max(1, given[0])
        line = self.cells[self.row]
        column = min(self.column, self.columns - 1)
        if final == "m":
            self.pen = looked(self.pen, given)
        elif final in "Hf":
            self.move(first - 1, (max(1, given[1]) if len(given) > 1 else 1) - 1)
        elif final in "ABCD":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[final]
            self.move(self.row + down * first, column + right * first)
        elif final in "G`":
            self.move(self.row, first - 1)
        elif final == "d":
            self.move(first - 1, column)
        elif final == "Z":
            self.move(self.row, max(0, (column - 1) // 8 * 8))
        elif final == "b":
            for _ in range(first):
                self.put(self.last)
        elif final in "KX" or final == "J":
            start = column if final == "X" or given[0] == 0 else 0
            end = column + first if final == "X" else column + 1 if given[0] == 1 else self.columns
            end = min(end, self.columns)
            line[start:end] = self.blanks(end - start)
            if final == "J":
                for row in range(self.rows):
                    if given[0] >= 2 or (row > self.row if given[0] == 0 else row < self.row):
                        self.cells[row] = self.blanks(self.columns)
        elif final == "P":
            line[column:] = (line[column + first:] + self.blanks(first))[:self.columns - column]
        elif final == "@":
            line[column:] = (self.blanks(first) + line[column:])[:self.columns - column]
        elif final in "ST":
            self.scroll(self.top, first if final == "S" else -first)
        elif final in "LM" and self.top <= self.row <= self.bottom:
            self.scroll(self.row, first if final == "M" else -first)
        elif final == "r":
            self.top = min(first, self.rows) - 1
            last = given[1] if len(given) > 1 and given[1] else self.rows
            self.bottom = max(self.top, min(last, self.rows) - 1)
            self.move(0, 0)
        elif final not in "hlntcgu":
            self.unknown.add(final)

    def move(self, row, column):
        self.row = max(0, min(row, self.rows - 1))
        self.column = max(0, min(column, self.columns - 1))

    def line_feed(self):
        if self.row == self.bottom:
            self.scroll(self.top, 1)
        else:
            self.row = min(self.row + 1, self.rows - 1)

    def reverse_feed(self):
        if self.row == self.top:
            self.scroll(self.top, -1)
        else:
            self.row = max(0, self.row - 1)

    def scroll(self, top, count):
        lines = self.cells[top:self.bottom + 1]
        fresh = [self.blanks(self.columns) for _ in range(min(abs(count), len(lines)))]
        lines = lines[len(fresh):] + fresh if count > 0 else fresh + lines[:len(lines) - len(fresh)]
        self.cells[top:self.bottom + 1] = lines


def looked(pen, given):
    """The pen after SGR parameters: sorted pairs of what is not as the terminal has it."""
    look = dict(pen)
    rest = list(given)
    names = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 5: "blink", 7: "reverse"}
    while rest:
        code = rest.pop(0)
        if code == 0:
            look = {}
        elif code in names:
            look[names[code]] = True
        elif code == 22:
            look.pop("bold", None)
            look.pop("dim", None)
        elif 23 <= code <= 27:
            look.pop(names.get(code - 20, ""), None)
        elif code in (38, 48) and rest:
            count = 1 if rest.pop(0) == 5 else 3
            look["foreground" if code == 38 else "background"], rest = tuple(rest[:count]), rest[count:]
        elif code in (39, 49):
            look.pop("foreground" if code == 39 else "background", None)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            look["foreground"] = code
        elif 40 <= code <= 47 or 100 <= code <= 107:
            look["background"] = code
    return tuple(sorted(look.items(), key=lambda pair: pair[0]))
