// The tables of the East Asian character sets. Each is expanded at its first use (64 KiB) and lives from then on; any
// thread.
#pragma once

#include "schema/code_table.hpp"

namespace rowferry {

const CodeTable& big5_table();
const CodeTable& euckr_table();
const CodeTable& gbk_table();
const CodeTable& gb2312_table();
const CodeTable& gb18030_table();
const CodeTable& cp932_table();
const CodeTable& sjis_table();
/// Two-byte codes: JIS X 0208 and vendors' rows, and half-width katakana behind 0x8e.
const CodeTable& eucjpms_table();
const CodeTable& ujis_table();
/// The two bytes behind 0x8f: JIS X 0212.
const CodeTable& eucjpms_supplement();
const CodeTable& ujis_supplement();

} // namespace rowferry
