#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/source/event_source.hpp>

namespace rowferry {
namespace {

using binlog::EventType;
using testing::HasSubstr;

constexpr std::string_view kMagic =
    "\xfe"
    "bin";
constexpr std::size_t kHeader = binlog::kEventHeaderSize;

void put(std::string& to, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) to.push_back(static_cast<char>(value >> (8 * i)));
}

std::string make_event(EventType type, std::string_view body, std::uint32_t claimed_size = 0) {
  std::string event;
  put(event, 1700000000, 4);
  put(event, static_cast<std::uint8_t>(type), 1);
  put(event, 1, 4);
  put(event, claimed_size != 0 ? claimed_size : kHeader + body.size(), 4);
  put(event, 0, 4);
  put(event, 0, 2);
  return event.append(body);
}

// Of a server without checksums.
std::string format_description() {
  std::string body;
  put(body, 4, 2);
  body += "9.7.4";
  body.resize(2 + 50, '\0');
  put(body, 1700000000, 4);
  put(body, kHeader, 1);
  body.append(42, '\0'); // post-header lengths
  put(body, 0, 1);       // checksum: none
  put(body, 0, 4);
  return make_event(EventType::format_description, body);
}

std::string good_file() {
  return std::string(kMagic) + format_description() + make_event(EventType::rows_query, "\x03one") +
         make_event(EventType::stop, "");
}

class BinlogFiles : public testing::Test {
 protected:
  BinlogFiles() {
    std::string pattern = testing::TempDir() + "rowferry-XXXXXX";
    dir_ = ::mkdtemp(pattern.data());
  }
  ~BinlogFiles() override { std::filesystem::remove_all(dir_); }

  std::string file(const std::string& name, std::string_view bytes) {
    const std::filesystem::path path = dir_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  struct Outcome {
    std::vector<EventType> types;
    std::vector<std::string> names; // of ROTATE
    std::optional<Error> error;
  };
  // As a consumer reads: every event goes through an EventStream.
  static Outcome read(std::vector<std::string> paths) {
    Outcome outcome;
    const auto source = open_binlog_files(std::move(paths));
    binlog::EventStream stream;
    stream.start({});
    while (true) {
      const auto event = source->next();
      if (!event) {
        outcome.error = event.error();
        return outcome;
      }
      if (event->empty()) return outcome;
      // Exact size, so that ASan sees a reader that goes beyond.
      const std::vector<std::uint8_t> copy(event->bytes.begin(), event->bytes.end());
      const auto pushed = stream.push(copy);
      EXPECT_TRUE(pushed) << pushed.error().message;
      if (!pushed) return outcome;
      for (auto view = stream.next(); view && *view != nullptr; view = stream.next()) {
        outcome.types.push_back((*view)->header.type);
        if ((*view)->header.type == EventType::rotate) outcome.names.push_back(stream.file());
      }
    }
  }

  std::filesystem::path dir_;
};

TEST_F(BinlogFiles, HandsOutEveryEventBehindARotate) {
  const Outcome outcome = read({file("binlog.000007", good_file())});
  ASSERT_FALSE(outcome.error) << outcome.error->message;
  EXPECT_THAT(outcome.types, testing::ElementsAre(EventType::rotate, EventType::format_description,
                                                  EventType::rows_query, EventType::stop));
  EXPECT_THAT(outcome.names, testing::ElementsAre("binlog.000007"));
}

TEST_F(BinlogFiles, GoesOnWithTheNextFile) {
  const Outcome outcome = read({file("a/binlog.000007", good_file()), file("a/binlog.000008", good_file()),
                                file("b/binlog.000008", good_file())});
  ASSERT_FALSE(outcome.error) << outcome.error->message;
  EXPECT_EQ(outcome.types.size(), 12u);
  EXPECT_THAT(outcome.names,
              testing::ElementsAre("binlog.000007", "binlog.000008", (dir_ / "b/binlog.000008").string()));
}

TEST_F(BinlogFiles, NoFileAtAllIsTheEnd) { EXPECT_FALSE(read({}).error); }

// What is whole is handed out first, whatever is missing behind it.
TEST_F(BinlogFiles, CutShortAnywhere) {
  const std::string whole = good_file();
  const std::size_t ends[] = {4, 4 + format_description().size(), whole.size() - kHeader, whole.size()};
  for (std::size_t size = 4; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const Outcome outcome = read({file("cut.000001", std::string_view(whole).substr(0, size))});
    const auto events = static_cast<std::size_t>(std::ranges::upper_bound(ends, size) - ends) - 1;
    EXPECT_EQ(outcome.types.size(), 1 + events);
    if (size == ends[events]) {
      EXPECT_FALSE(outcome.error);
      continue;
    }
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::data);
    EXPECT_THAT(outcome.error->message, HasSubstr("cut.000001:" + std::to_string(ends[events]) + ": "));
    EXPECT_THAT(outcome.error->message, HasSubstr("cut short"));
  }
}

TEST_F(BinlogFiles, AClaimedSizeIsNotBelieved) {
  const std::string bytes =
      std::string(kMagic) + format_description() + make_event(EventType::rows_query, "x", 0xffffffff);
  const Outcome outcome = read({file("big.000001", bytes)});
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->message, HasSubstr("4294967295 bytes begins here, 20 bytes are left"));
}

TEST_F(BinlogFiles, ASizeBelowTheHeaderIsAnError) {
  const std::string bytes = std::string(kMagic) + format_description() + make_event(EventType::rows_query, "x", 18);
  const Outcome outcome = read({file("small.000001", bytes)});
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::data);
  EXPECT_EQ(outcome.types.size(), 2u);
}

TEST_F(BinlogFiles, AnEventLargerThanTheBufferIsWhole) {
  const std::string large(3'000'000, 'x');
  const std::string bytes = std::string(kMagic) + format_description() + make_event(EventType::rows_query, large) +
                            make_event(EventType::stop, "");
  const Outcome outcome = read({file("large.000001", bytes)});
  EXPECT_FALSE(outcome.error);
  EXPECT_EQ(outcome.types.size(), 4u);
}

TEST_F(BinlogFiles, RefusesWhatIsNoBinlog) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "no binary log"},
      {"\xfe", "no binary log"},
      {"SQLite format 3", "no binary log"},
      {std::string("\xfd"
                   "bin") +
           std::string(600, 'x'),
       "encrypted"},
  };
  for (const auto& [bytes, reason] : cases) {
    const Outcome outcome = read({file("x.000001", bytes)});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::data);
    EXPECT_THAT(outcome.error->message, HasSubstr(reason));
    EXPECT_THAT(outcome.error->message, HasSubstr("x.000001:0: "));
  }
}

TEST_F(BinlogFiles, NamesAFileThatCannotBeRead) {
  const Outcome missing = read({(dir_ / "nope").string()});
  ASSERT_TRUE(missing.error);
  EXPECT_EQ(missing.error->status, ExitStatus::usage);
  EXPECT_THAT(missing.error->message, HasSubstr("nope: cannot be opened: No such file"));
  const Outcome folder = read({dir_.string()});
  ASSERT_TRUE(folder.error);
  EXPECT_EQ(folder.error->status, ExitStatus::usage);
  EXPECT_THAT(folder.error->message, HasSubstr("cannot be opened: Is a directory"));
}

TEST_F(BinlogFiles, ReadsStandardInput) {
  const std::string path = file("in.000001", good_file());
  const int saved = ::dup(STDIN_FILENO);
  ASSERT_NE(std::freopen(path.c_str(), "rb", stdin), nullptr);
  const Outcome outcome = read({"-"});
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  EXPECT_FALSE(outcome.error);
  EXPECT_THAT(outcome.names, testing::ElementsAre("-"));
  EXPECT_EQ(outcome.types.size(), 4u);
}

TEST_F(BinlogFiles, InterruptEndsIt) {
  const auto source = open_binlog_files({file("binlog.000001", good_file())});
  ASSERT_TRUE(source->next());
  source->interrupt();
  const auto event = source->next();
  ASSERT_FALSE(event);
  EXPECT_TRUE(event.error().retriable);
}

} // namespace
} // namespace rowferry
