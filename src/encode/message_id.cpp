#include "encode/message_id.hpp"

#include <array>
#include <rowferry/base/numbers.hpp>

namespace rowferry {
namespace {

void append_number(std::string& text, std::uint64_t value) {
  std::array<char, kMaxIntegerChars> digits;
  text.append(digits.data(), write_uint(digits.data(), value));
}

} // namespace

void assign_message_id(std::string& id, const Change& change, std::string_view half) {
  const Origin& origin = *change.origin;
  if (!origin.gtid_text.empty()) {
    id = origin.gtid_text;
  } else {
    id.assign(origin.transaction_file).append(1, ':');
    append_number(id, origin.transaction_offset);
  }
  id.append(1, '/').append(change.table->database).append(1, '.').append(change.table->table).append(1, '/');
  append_number(id, change.row);
  id.append(half);
}

} // namespace rowferry
