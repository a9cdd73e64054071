// All character sets there are.
#pragma once

#include <rowferry/schema/charset.hpp>
#include <span>

namespace rowferry {

std::span<const Charset* const> all_charsets() noexcept;

}  // namespace rowferry
