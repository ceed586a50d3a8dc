"""Makes up the access log of a web server, parses it, and prints a report. usage: weblog.py [LINES]"""

import sys

PAGES = ["/", "/about", "/news", "/news/today", "/shop", "/shop/cart", "/shop/pay", "/login", "/static/site.css", "/img/logo.png"]
AGENTS = ["Firefox on Linux", "Chrome on Windows", "Safari on iPhone", "a robot that reads everything"]


def make_log(count):
    """Log lines, the same in every run."""
    state = 7
    lines = []
    for second in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        host = f"10.0.{state >> 8 & 15}.{state >> 12 & 63}"
        page = PAGES[(state >> 16) % len(PAGES)]
        status = 200 if state % 17 else 404 if state % 3 else 500
        size = (state >> 4) % 50000
        agent = AGENTS[(state >> 20) % len(AGENTS)]
        lines.append(f'{host} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} "GET {page} HTTP/1.1" {status} {size} "{agent}"')
    return lines


def fields(line):
    """Split a line at spaces, but not inside quotes; character by character, as a parser would."""
    found = []
    start = 0
    quoted = False
    for position, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == " " and not quoted:
            found.append(line[start:position])
            start = position + 1
    found.append(line[start:])
    return found


class Report:
    def __init__(self):
        self.by_page = {}
        self.by_host = {}
        self.by_agent = {}
        self.errors = 0
        self.bytes = 0

    def add(self, line):
        host, _, request, status, size, agent = fields(line)
        page = request[1:-1].split(" ")[1]
        self.by_page[page] = self.by_page.get(page, 0) + 1
        self.by_host[host] = self.by_host.get(host, 0) + int(size)
        self.by_agent[agent] = self.by_agent.get(agent, 0) + 1
        self.bytes += int(size)
        if status != "200":
            self.errors += 1

    def show(self, count):
        print(f"{count} requests, {self.bytes} bytes, {self.errors} errors")
        for title, table in (("page", self.by_page), ("host", self.by_host), ("agent", self.by_agent)):
            print(f"by {title}:")
            for name, value in sorted(table.items(), key=lambda item: (-item[1], item[0]))[:5]:
                print(f"  {value:>10}  {name}")


def main(count=600000):
    report = Report()
    for line in make_log(count):
        report.add(line)
    report.show(count)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
