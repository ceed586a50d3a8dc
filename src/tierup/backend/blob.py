"""ELF object -> position-independent bytes: code, then its constants, then (page aligned) the pool.

All references inside are relative to the place they stand at, so that the bytes run wherever they are mapped. Nothing else may be referred
to: an unknown symbol or relocation (say LLVM called `memcpy` of its own accord) is refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

PAGE = 4096
SLOT = 8

SHF_ALLOC = 2
SHF_EXECINSTR = 4
SHT_SYMTAB = 2
SHT_RELA = 4
SHT_NOBITS = 8
SHN_UNDEF = 0
RELATIVE = {2: "R_X86_64_PC32", 4: "R_X86_64_PLT32"}
"""Relocations that are understood: 32 bits, relative to the place. (PLT32 on something of our own is the same.)"""


class BlobError(Exception):
    """The object can't be made into a blob."""


class Section(NamedTuple):
    """A row of the section table."""

    name: str
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    align: int


class Symbol(NamedTuple):
    """A row of the symbol table."""

    name: str
    section: int
    value: int


@dataclass(frozen=True, slots=True)
class Blob:
    """`code_size` is the offset of the pool, a whole number of pages."""

    data: bytes
    code_size: int


def _text(data: bytes, start: int) -> str:
    return data[start : data.index(b"\0", start)].decode()


def read_sections(data: bytes) -> list[Section]:
    """The section table of a little-endian 64-bit ELF file."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise BlobError("not a 64-bit little-endian ELF file")
    (table,) = struct.unpack_from("<Q", data, 40)
    entry_size, count, names_index = struct.unpack_from("<HHH", data, 58)
    rows = [struct.unpack_from("<IIQQQQIIQQ", data, table + number * entry_size) for number in range(count)]
    names = rows[names_index][4]
    return [Section(_text(data, names + r[0]), r[1], r[2], r[4], r[5], r[6], r[7], r[8]) for r in rows]


def read_symbols(data: bytes, sections: list[Section]) -> list[Symbol]:
    """The symbol table; empty if there is none."""
    for section in sections:
        if section.kind == SHT_SYMTAB:
            names = sections[section.link].offset
            rows = struct.iter_unpack("<IBBHQQ", data[section.offset : section.offset + section.size])
            return [Symbol(_text(data, names + row[0]), row[3], row[4]) for row in rows]
    return []


def place_sections(sections: list[Section]) -> tuple[dict[int, int], int]:
    """Section number -> place in the blob, code first, and the end of the last one."""
    wanted = [(number, s) for number, s in enumerate(sections) if s.flags & SHF_ALLOC and s.size]
    places: dict[int, int] = {}
    end = 0
    for number, section in sorted(wanted, key=lambda pair: not pair[1].flags & SHF_EXECINSTR):
        if section.kind == SHT_NOBITS or not section.name.startswith((".text", ".rodata")):
            raise BlobError(f"unexpected section {section.name}")
        end = -(-end // max(section.align, 1)) * max(section.align, 1)
        places[number] = end
        end += section.size
    return places, end


def make_blob(data: bytes, pool_slots: int) -> Blob:
    """Lays the object out and resolves its references; `region` is at offset 0, the pool's slots are 0."""
    sections = read_sections(data)
    symbols = read_symbols(data, sections)
    places, end = place_sections(sections)
    code_size = -(-end // PAGE) * PAGE
    image = bytearray(code_size + pool_slots * SLOT)
    for number, place in places.items():
        section = sections[number]
        image[place : place + section.size] = data[section.offset : section.offset + section.size]
    for section in sections:
        if section.kind == SHT_RELA and section.info in places:
            _relocate(image, data, section, places, symbols, code_size)
    if not any(symbol.name == "region" and places.get(symbol.section, -1) + symbol.value == 0 for symbol in symbols):
        raise BlobError("the function does not stand first")
    return Blob(bytes(image), code_size)


def _relocate(image: bytearray, data: bytes, table: Section, places: dict[int, int], symbols: list[Symbol], pool: int) -> None:
    for place, info, addend in struct.iter_unpack("<QQq", data[table.offset : table.offset + table.size]):
        kind = info & 0xFFFFFFFF
        if kind not in RELATIVE:
            raise BlobError(f"relocation of unknown kind {kind}")
        at = places[table.info] + place
        target = _address(symbols[info >> 32], places, pool)
        struct.pack_into("<i", image, at, target + addend - at)


def _address(symbol: Symbol, places: dict[int, int], pool: int) -> int:
    if symbol.section == SHN_UNDEF:
        if symbol.name == "pool":
            return pool
        raise BlobError(f"the code refers to {symbol.name!r}, which is not part of it")
    if symbol.section not in places:
        raise BlobError(f"the code refers to {symbol.name!r} in a section that is not kept")
    return places[symbol.section] + symbol.value
