// A JSON string from bytes that ought to be UTF-8: checked, escaped and copied in one pass where nothing is special.
#pragma once

#include <rowferry/base/output.hpp>
#include <string_view>

namespace rowferry {

/// As append_json_string; false, and nothing appended, when `text` is not UTF-8.
bool append_checked_json_string(Output& out, std::string_view text);

} // namespace rowferry
