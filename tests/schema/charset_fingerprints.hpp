// Made by scripts/make-charset-tables from MySQL 9.7.4: do not edit.
#pragma once

#include <cstdint>

namespace rowferry::test {

struct CharsetFingerprint {
  const char* charset;
  unsigned characters; ///< codes that the server gives a character for
  std::uint64_t hash;  ///< FNV-1a over those codes and their UTF-8
};

inline constexpr CharsetFingerprint kCharsetFingerprints[] = {
    {"armscii8", 256, 0x37494cbde082060b},  {"cp1250", 251, 0x903e78c0a971e53b},
    {"cp1251", 255, 0xf2509166b93b51fd},    {"cp1256", 248, 0x308fe2179fa2b5d7},
    {"cp1257", 244, 0x07145ed41d4807a2},    {"cp850", 256, 0x674401169b5bb25f},
    {"cp852", 256, 0x47f617181843557c},     {"cp866", 256, 0xb725acef3dcbdac0},
    {"dec8", 242, 0x0a044231f109efda},      {"geostd8", 215, 0x2a2d962d5edb4ad4},
    {"greek", 250, 0xc6189bf609041dea},     {"hebrew", 220, 0x0bc61aaf6fdbc995},
    {"hp8", 255, 0x4525ce7ceb7a5f8c},       {"keybcs2", 256, 0xaa943665281195d5},
    {"koi8r", 256, 0xdf2c4f0efdb4f817},     {"koi8u", 256, 0x8f61f0ed9e019d3a},
    {"latin1", 256, 0xeddc94063e095e18},    {"latin2", 256, 0x7ad2f2f739361546},
    {"latin5", 256, 0x94d62805e1e1871e},    {"latin7", 256, 0x91b68d5d6391af31},
    {"macce", 256, 0xcbdb64e57686aaf7},     {"macroman", 256, 0xdca7980b7cac8ccd},
    {"swe7", 127, 0x9fecbd2ed801d809},      {"tis620", 256, 0x14285a301e33c5e0},
    {"big5", 13845, 0xabb6caa341a9e535},    {"gb2312", 7573, 0x3b04d5bc0fe82f2c},
    {"gbk", 21919, 0x3664dce63b17277c},     {"sjis", 19103, 0x3953a02ca8a1577d},
    {"cp932", 21828, 0x26574f788c6eb2ed},   {"ujis", 15017, 0x79faffa0061d3abd},
    {"eucjpms", 15206, 0xf1b9af8333338dbe}, {"euckr", 17176, 0xb790f87d49d9862a},
    {"gb18030", 67665, 0xe3928a6839eeb728},
};

} // namespace rowferry::test
