// What the tests of the configuration share.
#pragma once

#include <gmock/gmock.h>

#include <cstdlib>
#include <rowferry/config/config.hpp>
#include <string>
#include <vector>

namespace rowferry::test {

/// The least that is without problems; tests add to it or break it.
inline constexpr const char* kGood = R"(name: shop
source:
  url: mysql://cdc@127.0.0.1:3306
outbox:
  - table: shop.outbox
sink: stdout
)";

using Pairs = std::map<std::string, std::string>;

inline ConfigResult load(std::string_view yaml, const Pairs& environment = {}, const Pairs& flags = {}) {
  return load_config("shop.yaml", yaml, environment, flags);
}

inline std::vector<std::string> messages(const ConfigResult& result) {
  std::vector<std::string> lines;
  for (const ConfigProblem& problem : result.problems) lines.push_back(problem.message());
  return lines;
}

/// An environment variable for the life of this object.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~ScopedVariable() { ::unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

} // namespace rowferry::test
