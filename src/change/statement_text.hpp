// Statements are logged as their client sent them: in its character set.
#pragma once

#include <rowferry/base/output.hpp>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/schema/charset.hpp>
#include <string_view>

namespace rowferry {

/// Gives a QUERY event's statement in UTF-8, as names are elsewhere in the log.
class StatementText {
 public:
  /// The statement itself where nothing is to convert or nothing can be (a client's set that is unknown, text that is
  /// none of it); else a view that is valid until the next call.
  std::string_view in_utf8(const binlog::QueryEvent& query, ServerFlavor flavor);

 private:
  OutputUsage usage_;
  Output converted_{usage_, 256};
};

} // namespace rowferry
