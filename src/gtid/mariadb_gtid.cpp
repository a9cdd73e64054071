#include <fmt/format.h>

#include <charconv>
#include <rowferry/gtid/mariadb_gtid.hpp>

namespace rowferry {

Result<MariadbGtid> MariadbGtid::parse(std::string_view text) {
  MariadbGtid gtid;
  const char* p = text.data();
  const char* const end = p + text.size();
  const auto number = [&](auto& value, bool last) {
    const auto [stop, problem] = std::from_chars(p, end, value);
    p = stop;
    if (problem != std::errc{}) return false;
    return last ? p == end : p != end && *p++ == '-';
  };
  if (number(gtid.domain, false) && number(gtid.server_id, false) && number(gtid.seq, true) && gtid.seq != 0)
    return gtid;
  constexpr std::size_t kShown = 48;
  return fail(Error::usage(fmt::format(
      "not a GTID of MariaDB: '{}' (expected domain-server-number, for example 0-1-100)", text.substr(0, kShown))));
}

std::string MariadbGtid::text() const { return fmt::format("{}-{}-{}", domain, server_id, seq); }

} // namespace rowferry
