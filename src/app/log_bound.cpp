#include "app/log_bound.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <rowferry/base/text.hpp>

#include "app/utc_text.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kGtid = "gtid:";

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::size_t> find_file(std::string_view name, const std::vector<std::string>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string_view path = files[i];
    if (path == name || path.substr(path.rfind('/') + 1) == name) return i;
  }
  return std::nullopt;
}

} // namespace

Result<LogBound> parse_log_bound(std::string_view text, const std::vector<std::string>& files) {
  LogBound bound;
  if (text.starts_with(kGtid)) {
    Result<Gtid> gtid = Gtid::parse(text.substr(kGtid.size()));
    if (!gtid) return fail(Error::usage(std::move(gtid.error().message)));
    bound.kind = LogBound::Kind::gtid;
    bound.gtid = *gtid;
    return bound;
  }
  if (const auto time = parse_time(text)) {
    bound.kind = LogBound::Kind::time;
    bound.time_us = *time;
    return bound;
  }
  const std::size_t colon = text.rfind(':');
  const auto offset = whole_number(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!offset) {
    return fail(
        Error::usage(fmt::format("{} is no place in a log: write binlog.000003:1234, 1234 (in the first file), "
                                 "gtid:<uuid>:5, gtid:0-1-42 or 2024-02-29T12:34:56Z",
                                 json_string(text))));
  }
  bound.offset = *offset;
  if (colon == std::string_view::npos) return bound;
  const auto file = find_file(text.substr(0, colon), files);
  if (!file) {
    return fail(Error::usage(fmt::format("{} is none of the files to decode", json_string(text.substr(0, colon)))));
  }
  bound.file = *file;
  return bound;
}

} // namespace rowferry
