// What may stand in ${…}.
#pragma once

#include <string_view>

namespace rowferry {

/// `[A-Za-z_][A-Za-z0-9_]*`.
bool is_variable_name(std::string_view text) noexcept;
/// True when `text` is ${…} references and nothing else, so that showing it gives no secret away.
bool only_references(std::string_view text) noexcept;

} // namespace rowferry
