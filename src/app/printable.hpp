// What peers and files name, fit for a terminal and a log.
#pragma once

#include <string>
#include <string_view>

namespace rowferry {

/// The text with control characters, and bytes that are not UTF-8, as `\x1b`: a name or a server's message can neither
/// begin a line of its own nor speak to the terminal. A line break with two spaces behind it, which begins an item of a
/// list, stays.
std::string printable(std::string_view text);

} // namespace rowferry
