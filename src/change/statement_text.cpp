#include "change/statement_text.hpp"

#include <algorithm>

namespace rowferry {

std::string_view StatementText::in_utf8(const binlog::QueryEvent& query, ServerFlavor flavor) {
  // Every set that a client may speak has the signs of SQL where ASCII has them.
  const bool ascii = std::all_of(query.text.begin(), query.text.end(), [](char c) { return (c & 0x80) == 0; });
  if (ascii || query.client_collation == 0) return query.text;
  const Charset* charset = charset_of_collation(query.client_collation, flavor);
  if (charset == nullptr || charset->is_utf8() || charset->is_binary()) return query.text;
  converted_.discard();
  if (!charset->append_utf8(converted_, as_bytes(query.text))) return query.text;
  return converted_.record();
}

} // namespace rowferry
