"""Strings put together with +=, join, f-strings and %, escaped and padded, as small report and template code does."""

import pyperf


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def page(rows: int, columns: int) -> str:
    parts = ["<table>\n"]
    for i in range(rows):
        line = "<tr>"
        for j in range(columns):
            value = i * j
            kind = "even" if value % 2 == 0 else "odd"
            line += f'<td class="{kind}">{value:>4d}</td>'
        parts.append(line + "</tr>\n")
        parts.append("<!-- %s: %05.2f -->\n" % (escape(f"row <{i}>"), i / 3))  # noqa: UP031
    parts.append("</table>")
    return "".join(parts)


if __name__ == "__main__":
    pyperf.Runner().bench_func("string_building", page, 60, 40)
