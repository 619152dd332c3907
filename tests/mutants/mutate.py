# SPDX-License-Identifier: GPL-2.0-only
"""Small changes of C source: what could be changed in a text, and how.

A change is a turned operator, a constant plus one, a switched truth value, a
dropped "!", or a deleted statement. Directives, strings, sizes of declared
arrays and static assertions stay as they are.
"""
import dataclasses
import hashlib
import re

TOKEN = re.compile(r"""
    (?P<space>^[ \t]*\#(?:\\\n|[^\n])*|\n|[^\S\n]+|/\*.*?\*/|//[^\n]*)
  | (?P<text>(?:u8|[LuU])?"(?:\\.|[^"\\])*")
  | (?P<char>[LuU]?'(?:\\.|[^'\\])*')
  | (?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

# Turned round, and moved by one where that is another thing.
OPERATORS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"],
    "&": ["|"], "|": ["&"], "^": ["|"], "<<": [">>"], ">>": ["<<"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="],
    "|=": ["&="], "&=": ["|="], "<<=": [">>="], ">>=": ["<<="],
    "++": ["--"], "--": ["++"],
}
VALUES = {"true": "false", "false": "true"}
# What may stand before an operator that has one operand.
BEFORE_UNARY = {"return", "case", "sizeof", "else", "do"}
TYPE_WORDS = {
    "static", "const", "char", "int", "unsigned", "long", "short", "bool",
    "void", "struct", "enum", "union", "double", "float", "size_t", "ssize_t",
    "FILE", "va_list", "pid_t", "mode_t", "time_t", "typedef", "extern",
}
HEADS = {"if", "for", "while", "switch"}


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


@dataclasses.dataclass(frozen=True)
class Change:
    """source[at:end] becomes @put."""
    module: str
    at: int
    end: int
    put: str
    line: int
    source: str  # the line's text, without blanks around it
    what: str  # "< -> <=", "< -> <= (2)" the second one in its line
    weight: str  # the place in the order of one seed
    in_function: bool

    def apply(self, text):
        return text[:self.at] + self.put + text[self.end:]


def tokens_of(text):
    tokens, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup, match.group(), at))
        at = match.end()
    return tokens


def plus_one(number):
    """The next number, written in the same manner; None: not an integer."""
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)([uUlL]*)",
                         number)
    if not match:
        return None
    digits, suffix = match.groups()
    if digits[:2] in ("0x", "0X"):
        return f"{int(digits, 16) + 1:#x}{suffix}"
    if digits.startswith("0") and len(digits) > 1:
        return f"0{int(digits, 8) + 1:o}{suffix}"
    return f"{int(digits) + 1}{suffix}"


def is_type(token):
    return token.text in TYPE_WORDS or bool(re.fullmatch(r"u?int\d+_t",
                                                         token.text))


def has_two_operands(tokens, i):
    before = tokens[i - 1]
    if before.kind in ("number", "char", "text") or before.text == "]":
        return True
    if before.text == ")":
        return not closes_cast(tokens, i - 1)
    return before.kind == "word" and before.text not in BEFORE_UNARY and \
        not is_type(before) and not names_struct(tokens, i - 1)


def names_struct(tokens, i):
    return i > 0 and tokens[i - 1].text in ("struct", "enum", "union")


def closes_cast(tokens, i):
    """The parenthesis at @i ends "(type)"."""
    start = opening(tokens, i)
    before = tokens[start - 1]
    return is_type(tokens[start + 1]) and \
        (before.kind != "word" or before.text in ("return", "case"))


def opening(tokens, i):
    depth = 0
    for j in range(i, -1, -1):
        depth += (tokens[j].text in ")]}") - (tokens[j].text in "([{")
        if depth == 0:
            return j
    return 0


def closing(tokens, i):
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text in ("(", "[", "{")) - \
            (tokens[j].text in (")", "]", "}"))
        if depth == 0:
            return j
    return len(tokens) - 1


def is_pointer_star(tokens, i):
    """A declaration's star: "char *x", "struct a *b", "(type *)"."""
    before = tokens[i - 1]
    return is_type(before) or names_struct(tokens, i - 1) or \
        tokens[i + 1].text in (")", ",", "*", "const")


def start_of_statement(tokens, i):
    j = i
    while j > 0 and tokens[j - 1].text not in (";", "{", "}"):
        j -= 1
    return j


def kept_ranges(tokens):
    """Places (of tokens) that stay: sizes in declarations, assertions."""
    kept = set()
    for i, token in enumerate(tokens):
        if token.text in ("_Static_assert", "static_assert"):
            kept.update(range(i, closing(tokens, i + 1) + 1))
        if token.text == "[" and i and tokens[i - 1].kind == "word" and \
           declares(tokens, i):
            kept.update(range(i, closing(tokens, i) + 1))
    return kept


def declares(tokens, i):
    """The bracket at @i is of a name that is declared there."""
    start = start_of_statement(tokens, i)
    depth = 0
    for j in range(start, i):
        depth += (tokens[j].text == "(") - (tokens[j].text == ")")
        if tokens[j].text == "=" and depth == 0 and "," not in \
           [t.text for t in tokens[j:i]]:
            return False
    return is_type(tokens[start])


def operators(tokens, i):
    token = tokens[i]
    if token.text == "!":
        yield ""
        return
    if token.text in ("++", "--"):
        yield from OPERATORS[token.text]
        return
    if token.text in ("*", "&", "-", "+") and (
            not has_two_operands(tokens, i) or
            (token.text == "*" and is_pointer_star(tokens, i))):
        return
    yield from OPERATORS.get(token.text, [])


def new_texts(tokens, i):
    token = tokens[i]
    if token.kind == "mark":
        yield from operators(tokens, i)
    elif token.kind == "number":
        larger = plus_one(token.text)
        if larger:
            yield larger
    elif token.text in VALUES:
        yield VALUES[token.text]


def bodies(tokens):
    """Functions' bodies, as (first, last) of tokens."""
    i = 0
    while i < len(tokens):
        if tokens[i].text == "{":
            end = closing(tokens, i)
            if tokens[i - 1].text == ")":
                yield i, end
            i = end
        i += 1


def statement_starts(tokens, first, last):
    for i in range(first + 1, last):
        before = tokens[i - 1]
        if before.text in (";", "{", "}", "else", "do") or \
           (before.text == ":" and ends_label(tokens, i - 1)) or \
           (before.text == ")" and
                tokens[opening(tokens, i - 1) - 1].text in HEADS):
            yield i


def ends_label(tokens, i):
    start = start_of_statement(tokens, i)
    texts = [t.text for t in tokens[start:i]]
    return "case" in texts or texts[-1:] == ["default"]


def statements(tokens):
    """Those that can be deleted, as (first token, its semicolon)."""
    for first, last in bodies(tokens):
        for i in statement_starts(tokens, first, last):
            end = end_of_simple(tokens, i, last)
            if end and not is_last_return(tokens, i, end, last):
                yield i, end


def end_of_simple(tokens, i, last):
    """The semicolon of an expression, a return or a jump; None: another."""
    if tokens[i].text in HEADS | {"else", "do", "case", "default", "{", "}",
                                  ";"} or is_type(tokens[i]) or \
       in_initializer_or_head(tokens, i):
        return None
    if tokens[i].text == "(" and [t.text for t in tokens[i:i + 3]] == \
       ["(", "void", ")"] and tokens[i + 4].text == ";":
        return None  # an unused parameter
    j = i
    while j < last and tokens[j].text != ";":
        if tokens[j].text == "}":
            return None
        j = closing(tokens, j) + 1 if tokens[j].text in ("(", "[", "{") \
            else j + 1
    return j if j < last else None


def in_initializer_or_head(tokens, i):
    depth = 0
    for j in range(i - 1, -1, -1):
        text = tokens[j].text
        depth += (text in (")", "]", "}")) - (text in ("(", "[", "{"))
        if depth < 0:
            return text != "{" or tokens[j - 1].text in ("=", ",", "{", "]") \
                or (tokens[j - 1].text == ")" and closes_cast(tokens, j - 1))
    return False


def is_last_return(tokens, i, end, last):
    return tokens[i].text == "return" and end + 1 == last


class Maker:
    def __init__(self, module, text, seed):
        self.module, self.text, self.seed = module, text, seed
        self.tokens = tokens_of(text)
        self.lines = text.split("\n")
        self.seen = {}
        self.bodies = [(self.tokens[first].at, self.tokens[last].at)
                       for first, last in bodies(self.tokens)]

    def make(self, at, end, put, what):
        line = self.text.count("\n", 0, at) + 1
        source = self.lines[line - 1].strip()
        nth = self.seen[line, what] = self.seen.get((line, what), 0) + 1
        if nth > 1:
            what = f"{what} ({nth})"
        same = self.seen[source, what] = self.seen.get((source, what), 0) + 1
        key = f"{self.seed}\n{self.module}\n{source}\n{what}\n{same}"
        weight = hashlib.sha256(key.encode()).hexdigest()
        inside = any(first < at < last for first, last in self.bodies)
        return Change(self.module, at, end, put, line, source, what, weight,
                      inside)

    def changes(self):
        kept = kept_ranges(self.tokens)
        for i, token in enumerate(self.tokens):
            if i in kept:
                continue
            for put in new_texts(self.tokens, i):
                yield self.make(token.at, token.at + len(token.text), put,
                                f"{token.text} -> {put or 'nothing'}")
        for first, last in statements(self.tokens):
            yield self.make(self.tokens[first].at, self.tokens[last].at, "",
                            "statement deleted")


def changes_of(module, text, seed):
    return list(Maker(module, text, seed).changes())
