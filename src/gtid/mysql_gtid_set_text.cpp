// The text form, as MySQL 9.7 reads and prints it:
//
//   set      = [part] *( "," [part] )
//   part     = uuid 1*( ":" tag 1*( ":" interval ) / ":" interval )
//   interval = number [ "-" number ]
//
// with white space between any two of these.
#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/gtid/mysql_gtid_set.hpp>

#include "gtid/intervals.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kSpace = " \t\n\v\f\r";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text), rest_(text) { skip_space(); }

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool at_digit() const noexcept { return !rest_.empty() && is_digit(rest_.front()); }
  [[nodiscard]] bool at(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }

  bool eat(char c) noexcept {
    if (!at(c)) return false;
    advance(1);
    return true;
  }

  /// Everything up to the next separator or white space.
  std::string_view word() noexcept {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t\n\v\f\r:,"));
    advance(word.size());
    return word;
  }

  Result<std::uint64_t> gno() {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (problem == std::errc::invalid_argument) return wrong("a number is missing");
    if (problem != std::errc{} || number == 0 || number >= kMaxGno) {
      return wrong("a number is not between 1 and 9223372036854775806");
    }
    advance(static_cast<std::size_t>(end - rest_.data()));
    return number;
  }

  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view what) const {
    constexpr std::size_t kShown = 24;
    const std::size_t at = text_.size() - rest_.size();
    const std::size_t from = at < kShown ? 0 : at - kShown;
    return fail(
        Error::usage(fmt::format("not a GTID set: {} at character {}, after '{}' (expected, for example, "
                                 "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-150:tag:7)",
                                 what, at + 1, text_.substr(from, at - from))));
  }

 private:
  void advance(std::size_t n) noexcept {
    rest_.remove_prefix(n);
    skip_space();
  }
  void skip_space() noexcept { rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size())); }

  std::string_view text_;
  std::string_view rest_;
};

Result<GnoInterval> parse_interval(Scanner& in) {
  const Result<std::uint64_t> first = in.gno();
  if (!first) return fail(first.error());
  if (!in.eat('-')) return GnoInterval{*first, *first + 1};
  const Result<std::uint64_t> last = in.gno();
  if (!last) return fail(last.error());
  if (*last < *first) return in.wrong("an interval ends before it begins");
  return GnoInterval{*first, *last + 1};
}

/// The tags and intervals that follow a uuid, collected unordered into `sets`.
Result<void> parse_part(Scanner& in, const Uuid& uuid, std::map<MysqlGtidSet::Key, Intervals>& sets) {
  Tag tag;
  Intervals* intervals = nullptr;
  while (in.eat(':')) {
    if (in.at_digit()) {
      const Result<GnoInterval> interval = parse_interval(in);
      if (!interval) return fail(interval.error());
      if (intervals == nullptr) intervals = &sets[{uuid, tag}];
      intervals->push_back(*interval);
      continue;
    }
    const std::optional<Tag> next = Tag::parse(in.word());
    if (!next || next->empty()) return in.wrong("neither a number nor a tag");
    if (intervals == nullptr && !tag.empty()) return in.wrong("a tag without numbers");
    tag = *next;
    intervals = nullptr;
  }
  if (intervals == nullptr) return in.wrong("numbers are missing");
  return {};
}

void append_number(std::string& text, char before, std::uint64_t number) {
  char digits[1 + kMaxIntegerChars];
  digits[0] = before;
  text.append(digits, write_uint(digits + 1, number));
}

} // namespace

Result<MysqlGtidSet> MysqlGtidSet::parse(std::string_view text) {
  MysqlGtidSet set;
  Scanner in(text);
  while (!in.at_end()) {
    if (in.eat(',')) continue;
    const std::optional<Uuid> uuid = Uuid::parse(in.word());
    if (!uuid) return in.wrong("no server uuid");
    if (Result<void> part = parse_part(in, *uuid, set.intervals_); !part) return fail(std::move(part).error());
    if (!in.at_end() && !in.at(',')) return in.wrong("neither ':' nor ','");
  }
  for (auto& [key, intervals] : set.intervals_) normalise(intervals);
  return set;
}

std::string MysqlGtidSet::text() const {
  std::string text;
  const Uuid* uuid = nullptr;
  for (const auto& [key, intervals] : intervals_) {
    if (uuid == nullptr || key.first != *uuid) {
      if (uuid != nullptr) text += ',';
      uuid = &key.first;
      text += uuid->text();
    }
    if (!key.second.empty()) (text += ':') += key.second.text();
    for (const GnoInterval& interval : intervals) {
      append_number(text, ':', interval.begin);
      if (interval.end - interval.begin > 1) append_number(text, '-', interval.end - 1);
    }
  }
  return text;
}

} // namespace rowferry
