#include "schema/code_tables.hpp"

namespace rowferry {
namespace {

using namespace charset_tables;

constexpr Patch kEucKatakana[] = {{0x8ea1, 0x8edf, 0xff61}};

CodeTable of_rows(std::span<const Row> rows) {
  CodeTable table;
  table.add(rows);
  return table;
}

CodeTable patched(CodeTable table, std::span<const Patch> patches) {
  table.apply(patches);
  return table;
}

/// The plane of EUC that GB 2312 has in common with GBK.
CodeTable euc_plane(const CodeTable& gbk) {
  CodeTable table;
  for (unsigned lead = 0xa1; lead <= 0xf7; ++lead) {
    for (unsigned trail = 0xa1; trail <= 0xfe; ++trail) table.set(lead << 8 | trail, gbk.at(lead, trail));
  }
  return table;
}

/// Shift-JIS packs two rows of 94 into one lead byte: its trails are 0x40 to 0x7e and 0x80 to 0x9e, then 0x9f to 0xfc.
CodeTable euc_of_shift_jis(const CodeTable& shift_jis) {
  CodeTable table;
  for (unsigned row = 0; row < 94; ++row) {
    const unsigned lead = row / 2 + (row < 62 ? 0x81 : 0xc1);
    for (unsigned cell = 0; cell < 94; ++cell) {
      const unsigned trail = row % 2 == 1 ? cell + 0x9f : cell + (cell < 0x3f ? 0x40 : 0x41);
      table.set((0xa1 + row) << 8 | (0xa1 + cell), shift_jis.at(lead, trail));
    }
  }
  return table;
}

} // namespace

const CodeTable& big5_table() {
  static const CodeTable table = of_rows(kBig5Rows);
  return table;
}

const CodeTable& euckr_table() {
  static const CodeTable table = of_rows(kEuckrRows);
  return table;
}

const CodeTable& gbk_table() {
  static const CodeTable table = of_rows(kGbkRows);
  return table;
}

const CodeTable& gb2312_table() {
  static const CodeTable table = patched(euc_plane(gbk_table()), kGb2312Patches);
  return table;
}

const CodeTable& gb18030_table() {
  static const CodeTable table = patched(gbk_table(), kGb18030Patches);
  return table;
}

const CodeTable& cp932_table() {
  static const CodeTable table = patched(of_rows(kCp932Rows), kCp932Patches);
  return table;
}

const CodeTable& sjis_table() {
  static const CodeTable table = patched(cp932_table(), kSjisPatches);
  return table;
}

const CodeTable& eucjpms_table() {
  static const CodeTable table = patched(patched(euc_of_shift_jis(cp932_table()), kEucjpmsPatches), kEucKatakana);
  return table;
}

const CodeTable& ujis_table() {
  static const CodeTable table = patched(eucjpms_table(), kUjisPatches);
  return table;
}

const CodeTable& eucjpms_supplement() {
  static const CodeTable table = patched(of_rows(kJisx0212Rows), kJisx0212Patches);
  return table;
}

const CodeTable& ujis_supplement() {
  static const CodeTable table = patched(eucjpms_supplement(), kUjisJisx0212Patches);
  return table;
}

} // namespace rowferry
