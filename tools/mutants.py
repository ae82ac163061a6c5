# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Single small mistakes ("mutants") made from the syntax of a C file of this project.

The text is cut into tokens, functions and tables are found by their braces, and each operator of
mistakes looks at one function's tokens. No parser of C is needed: the code is clang-formatted, so that
a binary operator has blanks on both sides and a pointer's star has not."""
import hashlib
import re

TOKEN = re.compile(r"""(?P<skip>/\*.*?\*/|//[^\n]*|\s+)|(?P<pre>\#(?:[^\n\\]|\\.|\\\n)*)|(?P<str>"(?:\\.|[^"\\])*")|(?P<chr>'(?:\\.|[^'\\])*')
|(?P<num>(?:0[xX][0-9a-fA-F.]+(?:[pP][-+]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[a-zA-Z]*)|(?P<id>[A-Za-z_]\w*)
|(?P<op>->|\+\+|--|<<=|>>=|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|\.\.\.|.)""", re.S | re.X)

RELATIONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "&": "|", "|": "&", "<<": ">>", ">>": "<<"}
ASSIGNMENTS = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&="}
TWINS = {"fminf": "fmaxf", "fmaxf": "fminf", "fmin": "fmax", "fmax": "fmin", "zd_int_min": "zd_int_max",
         "zd_int_max": "zd_int_min", "floorf": "ceilf", "ceilf": "floorf", "floor": "ceil", "ceil": "floor",
         "true": "false", "false": "true", "width": "height", "height": "width", "x0": "x1", "y0": "y1", "fabsf": "-"}
CONTROL = {"if", "for", "while", "switch", "return", "sizeof", "do", "else", "case", "default", "goto", "break", "continue"}
TYPES = {"const", "static", "int", "float", "double", "char", "bool", "void", "unsigned", "struct", "enum", "union", "long",
         "short", "size_t", "typedef", "_Static_assert", "static_assert", "assert"}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)


class Mutant:
    """One change of a file: what is between start and end becomes text."""

    def __init__(self, path, place, kind, start, end, old, text, line):
        self.path, self.place, self.kind, self.start, self.end = path, place, kind, start, end
        self.old, self.text, self.line = old, text, line

    def key(self, body, path=None):
        """Stays the same while the function's text does, and the file where it lies."""
        inner = f"{path or self.path}|{self.place.name}|{hashlib.sha256(body.encode()).hexdigest()}|{self.kind}"
        return hashlib.sha256(f"{inner}|{self.start - self.place.start}|{self.text}".encode()).hexdigest()[:16]

    def shown(self):
        def short(text):
            text = " ".join(text.split())
            return text if len(text) <= 60 else text[:57] + "..."

        return f"{self.path}:{self.line}: {self.place.name}: {self.kind}: {short(self.old)} -> {short(self.text) or 'nothing'}"


class Place:
    """A function or a table: its name and where its braces are."""

    def __init__(self, name, start, end, tokens, is_table):
        self.name, self.start, self.end, self.tokens, self.is_table = name, start, end, tokens, is_table


def tokens_of(text):
    out = []
    for match in TOKEN.finditer(text):
        if match.lastgroup not in ("skip", "pre"):
            out.append(Token(match.lastgroup, match.group(), match.start()))
    return out


def places_of(text):
    """Functions, tables and enums at the file's outermost level."""
    tokens, places, depth, begin, after = tokens_of(text), [], 0, 0, 0
    for i, token in enumerate(tokens):
        if token.text == "{":
            if depth == 0:
                begin = i
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0:
                name, is_table = name_before(tokens[after:begin])
                if name:
                    places.append(Place(name, tokens[begin].start, token.end, tokens[begin:i + 1], is_table))
                after = i + 1
        elif token.text == ";" and depth == 0:
            after = i + 1
    return places


def name_before(head):
    """What stands before an outermost brace: a function's name, or a table's."""
    texts = [t.text for t in head]
    if "=" in texts:
        stop = min(texts.index(mark) for mark in ("=", "[") if mark in texts)
        names = [t.text for t in head[:stop] if t.kind == "id"]
        return (names[-1] if names else None), True
    if "enum" in texts:
        return "enum", True
    if ")" in texts and not {"struct", "union", "typedef"} & set(texts[:1]):
        depth = 0
        for i in range(len(texts) - 1, -1, -1):
            depth += (texts[i] == ")") - (texts[i] == "(")
            if texts[i] == "(" and depth == 0 and i > 0 and head[i - 1].kind == "id":
                return head[i - 1].text, False
    return None, False


def close_of(tokens, i):
    """The index of the bracket that closes the one at i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += tokens[j].text in "([{" and len(tokens[j].text) == 1
        depth -= tokens[j].text in ")]}" and len(tokens[j].text) == 1
        if depth == 0:
            return j
    return len(tokens) - 1


def other_number(text):
    """A number near another: one more, or a tenth more."""
    body = text.rstrip("uUlLfF") if not text.lower().startswith("0x") else text.rstrip("uUlL")
    tail = text[len(body):]
    if re.fullmatch(r"\d+", body) and "f" not in tail.lower():
        return [("1" if body == "0" else "0" if body == "1" else str(int(body) + 1)) + tail]
    if "p" in text.lower():
        return []
    if body.lower().startswith("0x"):
        return [hex(int(body, 16) ^ 1) + tail]
    value = float(body)
    shown = repr(value * 1.1 if value else 1.0)
    return [(shown if "." in shown or "e" in shown else shown + ".0") + tail]


class Maker:
    def __init__(self, path, text):
        self.path, self.text, self.found = path, text, []
        self.spaced = lambda t: text[t.start - 1] in " \n" and text[t.end] in " \n"

    def add(self, place, kind, start, end, text):
        line = self.text.count("\n", 0, start) + 1
        self.found.append(Mutant(self.path, place, kind, start, end, self.text[start:end], text, line))

    def token(self, place, kind, token, text):
        self.add(place, kind, token.start, token.end, text)

    def operators(self, place):
        in_for = 0
        for i, t in enumerate(place.tokens):
            if t.text == "for" and t.kind == "id":
                in_for = close_of(place.tokens, i + 1)
            if t.kind == "op" and self.spaced(t):
                for text in RELATIONS.get(t.text, ()):
                    # A loop that no longer ends tells nothing but costs its whole time.
                    if i > in_for or text in ("<=", "<"):
                        self.token(place, "relation", t, text)
                if t.text in ARITHMETIC:
                    self.token(place, "arithmetic", t, ARITHMETIC[t.text])
                if t.text in ("&&", "||"):
                    self.token(place, "logic", t, "||" if t.text == "&&" else "&&")
                if t.text in ASSIGNMENTS and i > in_for:
                    self.token(place, "assignment", t, ASSIGNMENTS[t.text])
            elif t.kind == "op" and t.text == "!" and i + 1 < len(place.tokens):
                self.token(place, "negation", t, "")
            elif t.kind == "op" and t.text == "-" and place.tokens[i - 1].text in "(,=?:*" and place.tokens[i + 1].kind in ("id", "num"):
                self.token(place, "sign", t, "")

    def names(self, place):
        for i, t in enumerate(place.tokens):
            if t.kind == "id" and t.text in TWINS and TWINS[t.text] != "-":
                if t.text in ("width", "height", "x0", "y0") and place.tokens[i - 1].text not in ("->", "."):
                    continue
                self.token(place, "twin", t, TWINS[t.text])
            elif t.kind == "id" and t.text == "fabsf":
                self.token(place, "twin", t, "")

    def numbers(self, place):
        for i, t in enumerate(place.tokens):
            if t.kind == "num" and place.tokens[i - 1].text not in ("[", "case"):
                for text in other_number(t.text):
                    self.token(place, "default" if place.is_table else "number", t, text)

    def statements(self, place):
        tokens, start, inside = place.tokens, True, 0
        for i, t in enumerate(tokens[:-1]):
            inside += (t.text == "(") - (t.text == ")")
            if start and not inside and t.kind == "id" and t.text not in CONTROL | TYPES:
                self.statement(place, i)
            before = tokens[i]
            start = before.text in (";", "{", "}") or (before.text == ")" and self.closes_control(tokens, i)) or before.text == "else"

    @staticmethod
    def closes_control(tokens, i):
        depth = 0
        for j in range(i, 0, -1):
            depth += (tokens[j].text == ")") - (tokens[j].text == "(")
            if depth == 0:
                return tokens[j - 1].text in ("if", "while", "for", "switch")
        return False

    def statement(self, place, i):
        tokens = place.tokens
        following = tokens[i + 1]
        # Two names, or a name and a star that clings to the next one, declare something.
        if following.kind == "id" or (following.text == "*" and not self.spaced(following)) or following.text == ":":
            return
        end = i
        while end < len(tokens) and tokens[end].text != ";":
            end = close_of(tokens, end) if tokens[end].text in "([{" else end
            if tokens[end].text in (",", "}") and end > i and tokens[end].text == "}" and tokens[end - 1].text == ";":
                return
            end += 1
        if end >= len(tokens) or tokens[end].end - tokens[i].start > 600:
            return
        kind = "dropped call" if following.text == "(" else "dropped statement"
        self.add(place, kind, tokens[i].start, tokens[end].start, "(void) 0" if following.text == "(" else "")

    def conditions(self, place):
        for i, t in enumerate(place.tokens):
            if t.kind == "id" and t.text == "if" and place.tokens[i + 1].text == "(":
                end = close_of(place.tokens, i + 1)
                start, stop = place.tokens[i + 1].end, place.tokens[end].start
                self.add(place, "condition", start, stop, f"!({self.text[start:stop]})")

    def arguments(self, place):
        tokens = place.tokens
        for i, t in enumerate(tokens[:-1]):
            if t.kind != "id" or t.text in CONTROL | TYPES or tokens[i + 1].text != "(":
                continue
            pieces = self.pieces(tokens, i + 1)
            for a, b in zip(pieces, pieces[1:]):
                first, second = self.text[a[0]:a[1]], self.text[b[0]:b[1]]
                if first != second and "\n" not in first + second and '"' not in first + second:
                    self.add(place, "swapped arguments", a[0], b[1], second + self.text[a[1]:b[0]] + first)

    @staticmethod
    def pieces(tokens, i):
        """Where the arguments of a call lie."""
        end, out, start, j = close_of(tokens, i), [], i + 1, i + 1
        while j <= end:
            if tokens[j].text in "([{" and len(tokens[j].text) == 1:
                j = close_of(tokens, j)
            elif j == end or tokens[j].text == ",":
                if j > start:
                    out.append((tokens[start].start, tokens[j - 1].end))
                start = j + 1
            j += 1
        return out

    def fields(self, place):
        tokens = place.tokens
        for i, t in enumerate(tokens[:-2]):
            if t.text == "." and tokens[i - 1].text in ("{", ",") and tokens[i + 2].text == "=":
                j = i + 3
                while tokens[j].text not in (",", "}"):
                    j = close_of(tokens, j) if tokens[j].text in "([{" else j
                    j += 1
                if [x.text for x in tokens[i + 3:j]] in (["0"], ["NULL"], ["false"]):
                    continue  # nothing is what it would be without
                end = tokens[j].end if tokens[j].text == "," else tokens[j].start
                alone = tokens[i - 1].text == "{" and tokens[j].text == "}"
                self.add(place, "omitted field", t.start, end, "0" if alone else "")

    def make(self):
        for place in places_of(self.text):
            self.numbers(place)
            self.names(place)
            if place.is_table:
                self.fields(place)
                continue
            for operator in (self.operators, self.statements, self.conditions, self.arguments, self.fields):
                operator(place)
        return self.found


def mutants_of(path, text):
    return Maker(path, text).make()
