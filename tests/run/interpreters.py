"""Little interpreters: a stack machine, a brainfuck, an expression parser, a Lisp: dispatch over strings, ints and tuples."""

from _show import drive


def machine(program):
    stack, i, steps = [], 0, 0
    while i < len(program) and steps < 300:
        op = program[i]
        steps += 1
        i += 1
        if op == "+":
            b, a = stack.pop(), stack.pop()
            stack.append(a + b)
        elif op == "*":
            b, a = stack.pop(), stack.pop()
            stack.append(a * b)
        elif op == "dup":
            stack.append(stack[-1])
        elif op == "swap":
            stack[-1], stack[-2] = stack[-2], stack[-1]
        elif op == "jnz":
            target = program[i]
            i += 1
            if stack[-1]:
                i = target
        elif op == "dec":
            stack[-1] -= 1
        else:
            stack.append(op)
    return stack, steps


def brainfuck(source):
    jumps, opened = {}, []
    for i, c in enumerate(source):
        if c == "[":
            opened.append(i)
        elif c == "]":
            j = opened.pop()
            jumps[i], jumps[j] = j, i
    tape, pointer, i, out = [0] * 30, 0, 0, ""
    while i < len(source):
        match source[i]:
            case ">":
                pointer += 1
            case "<":
                pointer -= 1
            case "+":
                tape[pointer] = tape[pointer] + 1 & 255
            case "-":
                tape[pointer] = tape[pointer] - 1 & 255
            case ".":
                out += chr(tape[pointer])
            case "[" if not tape[pointer]:
                i = jumps[i]
            case "]" if tape[pointer]:
                i = jumps[i]
        i += 1
    return out, tape[:4]


class Parser:
    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        return self.text[self.at] if self.at < len(self.text) else ""

    def expression(self):
        value = self.term()
        while (op := self.peek()) and op in "+-":
            self.at += 1
            right = self.term()
            value = value + right if op == "+" else value - right
        return value

    def term(self):
        value = self.factor()
        while (op := self.peek()) and op in "*/":
            self.at += 1
            right = self.factor()
            value = value * right if op == "*" else value / right
        return value

    def factor(self):
        c = self.peek()
        if c == "(":
            self.at += 1
            value = self.expression()
            if self.peek() != ")":
                raise SyntaxError(f"expected ) at {self.at}")
            self.at += 1
            return value
        if c == "-":
            self.at += 1
            return -self.factor()
        start = self.at
        while self.at < len(self.text) and (self.text[self.at].isdigit() or self.text[self.at] == "."):
            self.at += 1
        word = self.text[start : self.at]
        return float(word) if "." in word else int(word)


def calculate(text):
    return Parser(text).expression()


def lisp(form, env=None):
    env = env or {"+": lambda a, b: a + b, "*": lambda a, b: a * b, "<": lambda a, b: a < b, "-": lambda a, b: a - b}
    if isinstance(form, str):
        return env[form]
    if not isinstance(form, tuple):
        return form
    if form[0] == "if":
        return lisp(form[2] if lisp(form[1], env) else form[3], env)
    if form[0] == "let":
        return lisp(form[3], {**env, form[1]: lisp(form[2], env)})
    if form[0] == "fn":
        return lambda *args: lisp(form[2], {**env, **dict(zip(form[1], args))})
    f, *args = [lisp(part, env) for part in form]
    return f(*args)


FACTORIAL = ("let", "y", ("fn", ("f", "n"), ("if", ("<", "n", 2), 1, ("*", "n", ("f", "f", ("-", "n", 1))))), ("y", "y", 25))
COUNT = [10, "dec", "jnz", 1, 5, "+"]
drive(machine, (COUNT,), ([2, 3, "+", "dup", "*"],), ([1.5, 2, "*"],), (["a", 3, "*"],), (["+"],), ([2**62, "dup", "+", "dup", "+"],), ([1, "jnz", 0],), orders=3)
HELLO = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++."
drive(brainfuck, (HELLO,), ("+[-]",), ("<<-",), ("[",), (5,), times=5, late=2)
drive(calculate, ("1 + 2 * (3 - 4)",), ("2.5 * 4",), ("1 / 0",), ("(1",), ("9" * 20 + "*9",), ("--3",), ("",), ("7/2",), orders=2)
drive(lisp, (("+", 1, 2),), (FACTORIAL,), (("+", 1.5, 2),), ("nope",), (("+", "a", 1),), (("+", 1),), times=8, late=2)
