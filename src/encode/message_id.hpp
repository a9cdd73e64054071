// The `id` header of table messages: `<gtid>/<db>.<table>/<row>`, with `/d` and `/c` for the halves of a key change.
#pragma once

#include <rowferry/change/change.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// Writes it over `id`, whose capacity is reused. `half` is "" for a whole change.
void assign_message_id(std::string& id, const Change& change, std::string_view half);

} // namespace rowferry
