#include "app/check_report.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace rowferry {
namespace {

/// What was printed to a FILE.
class Printed {
 public:
  ~Printed() {
    std::fclose(file_);
    std::free(text_);
  }
  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string text() const {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_ = ::open_memstream(&text_, &size_);
};

TEST(CheckReport, OneLineAFinding) {
  const Printed printed;
  CheckReport report(printed.file());
  report.add({Finding::ok("source answers"), Finding::warning("logs are kept for an hour", "SET PERSIST x = 1")});
  EXPECT_TRUE(report.outcome());
  report.add(Finding::error("no privilege", "GRANT a TO b"));
  report.add(Error::usage("a template names no column"));
  EXPECT_EQ(printed.text(),
            "[ok]   source answers\n"
            "[warn] logs are kept for an hour; to mend: SET PERSIST x = 1\n"
            "[FAIL] no privilege; to mend: GRANT a TO b\n"
            "[FAIL] a template names no column\n");
}

TEST(CheckReport, EndsWithTheStatusOfTheFirstFailure) {
  const Printed printed;
  CheckReport report(printed.file());
  report.add(Finding::ok("a"));
  report.add(Finding::error("b", "", ExitStatus::sink));
  report.add(Finding::error("c", "", ExitStatus::usage));
  const Result<void> outcome = report.outcome();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().status, ExitStatus::sink);
  EXPECT_EQ(outcome.error().message, "2 of 3 checks failed");
}

} // namespace
} // namespace rowferry
