#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // in <regex> itself, when the sanitizers are on (GCC bug 105562)
#endif

#include <fmt/format.h>

#include <regex>
#include <rowferry/route/table_pattern.hpp>
#include <rowferry/schema/table_name.hpp>

#include "route/columns.hpp"

namespace rowferry {
namespace {

// The parser of std::regex recurses into groups, so the text of an expression is bounded; so is the name it is matched
// with (64 characters of at most 4 bytes, twice, and the dot): nothing longer is a table.
constexpr std::size_t kMaxExpressionBytes = 1000;
constexpr std::size_t kMaxNameBytes = 2 * 64 * 4 + 1;

std::regex::flag_type expression_flags(bool fold_case) {
  auto flags = std::regex::ECMAScript | std::regex::optimize;
#ifdef __GLIBCXX__
  flags |= std::regex_constants::__polynomial; // no backtracking: an expression like (a*)*b cannot stop the stream
#endif
  return fold_case ? flags | std::regex::icase : flags;
}

bool is_glob(std::string_view text) noexcept { return text.find_first_of("*?") != std::string_view::npos; }

std::size_t character_length(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
  return end - at;
}

/// `*` any characters, `?` one. Linear in the product of the lengths: only the last `*` is ever reconsidered.
bool glob_matches(std::string_view glob, std::string_view text) noexcept {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (g < glob.size() && glob[g] == '?') {
      ++g;
      t += character_length(text, t);
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = star_text += character_length(text, star_text);
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

/// The classes of an expression are told by their case (\w, \W): its ASCII letters are left to std::regex::icase.
std::string lower_beyond_ascii(std::string_view expression) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  std::string lowered;
  for (std::size_t at = 0; at < expression.size();) {
    std::size_t end = at;
    while (end < expression.size() && is_ascii(expression[end]) == is_ascii(expression[at])) ++end;
    const std::string_view run = expression.substr(at, end - at);
    lowered += is_ascii(run[0]) ? std::string(run) : lower_case_name(run);
    at = end;
  }
  return lowered;
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

} // namespace

struct TablePattern::Expression {
  std::regex regex;
};

Result<TablePattern> TablePattern::parse(std::string_view text, bool fold_case) {
  TablePattern pattern;
  pattern.source_ = text;
  pattern.fold_case_ = fold_case;
  if (text.starts_with('/')) {
    if (text.size() < 3 || !text.ends_with('/')) {
      return fail(Error::usage(quoted(text) + ": a regular expression stands between two slashes and is not empty"));
    }
    if (text.size() > kMaxExpressionBytes) {
      return fail(
          Error::usage(fmt::format("a regular expression of {} bytes; at most {} are allowed: use a list of patterns",
                                   text.size(), kMaxExpressionBytes)));
    }
    try {
      std::string expression(text.substr(1, text.size() - 2));
      if (fold_case) expression = lower_beyond_ascii(expression);
      pattern.expression_ =
          std::make_shared<const Expression>(Expression{std::regex(expression, expression_flags(fold_case))});
    } catch (const std::regex_error& error) {
      return fail(Error::usage(fmt::format("{}: not a regular expression: {}", quoted(text), error.what())));
    }
    return pattern;
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    return fail(Error::usage(quoted(text) + ": a table is named as database.table, or a pattern like shop.*"));
  }
  pattern.database_ = text.substr(0, dot);
  pattern.table_ = text.substr(dot + 1);
  if (pattern.database_.empty() || pattern.table_.empty()) {
    return fail(Error::usage(quoted(text) + ": the database or the table has no name; * matches any"));
  }
  pattern.exact_ = !is_glob(text);
  if (fold_case) {
    pattern.database_ = lower_case_name(pattern.database_);
    pattern.table_ = lower_case_name(pattern.table_);
  }
  return pattern;
}

bool TablePattern::matches(std::string_view database, std::string_view table) const {
  if (expression_ != nullptr) {
    std::string name;
    name.reserve(database.size() + table.size() + 1);
    name.append(database).append(1, '.').append(table);
    if (fold_case_) name = lower_case_name(name);
    return name.size() <= kMaxNameBytes && std::regex_match(name, expression_->regex);
  }
  if (fold_case_) {
    return glob_matches(database_, lower_case_name(database)) && glob_matches(table_, lower_case_name(table));
  }
  if (exact_) return database == database_ && table == table_;
  return glob_matches(database_, database) && glob_matches(table_, table);
}

std::string_view TablePattern::exact() const noexcept {
  return exact_ ? std::string_view(source_) : std::string_view();
}

} // namespace rowferry
