#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/source/event_source.hpp>

#include "source/large_event.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kMagic =
    "\xfe"
    "bin";
constexpr std::string_view kEncryptedMagic =
    "\xfd"
    "bin";

// A file read front to back, through a buffer that grows as bytes come and never by what a length field claims.
class FileReader {
 public:
  FileReader() = default;
  ~FileReader() { close(); }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  // Null, or why not.
  const char* open(const std::string& path) {
    close();
    begin_ = end_ = 0;
    fd_ = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) return std::strerror(errno);
    struct stat about {};
    return ::fstat(fd_, &about) == 0 && S_ISDIR(about.st_mode) ? std::strerror(EISDIR) : nullptr;
  }

  // The next n bytes without passing over them, or fewer at the end of the file. Valid until the next peek().
  Result<Bytes> peek(std::size_t n) {
    while (end_ - begin_ < n) {
      if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
      }
      if (end_ == buffer_.size()) buffer_.resize(std::max(kFirstSize, buffer_.size() * 2));
      const ssize_t got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(Error::source_fatal(fmt::format("cannot be read: {}", std::strerror(errno))));
      if (got == 0) break;
      end_ += static_cast<std::size_t>(got);
    }
    return Bytes{buffer_.data() + begin_, std::min(n, end_ - begin_)};
  }

  void pass(std::size_t n) noexcept { begin_ += n; }

  // Passes the next n bytes to `take`, piece by piece; how many there were.
  template <class Take>
  Result<std::size_t> pass_to(std::size_t n, Take take) {
    for (std::size_t left = n; left > 0;) {
      const auto piece = peek(std::min(left, kFirstSize));
      if (!piece) return fail(piece.error());
      if (piece->empty()) return n - left;
      if (Result<void> taken = take(*piece); !taken) return fail(std::move(taken.error()));
      left -= piece->size();
      pass(piece->size());
    }
    return n;
  }

 private:
  static constexpr std::size_t kFirstSize = 256 * 1024;

  void close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  int fd_ = -1;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// As a server sends it in front of a file, with a checksum where the events before it had one.
std::vector<std::uint8_t> make_rotate(std::string_view file, binlog::Checksum checksum) {
  std::vector<std::uint8_t> event;
  const auto put = [&](std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) event.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  const bool checksummed = checksum == binlog::Checksum::crc32;
  const std::size_t size = binlog::kEventHeaderSize + 8 + file.size() + (checksummed ? binlog::kChecksumSize : 0);
  put(0, 4); // timestamp
  put(static_cast<std::uint8_t>(binlog::EventType::rotate), 1);
  put(0, 4); // server id
  put(size, 4);
  put(0, 4); // log_pos
  put(binlog::event_flag::artificial, 2);
  put(kMagic.size(), 8);
  event.insert(event.end(), file.begin(), file.end());
  if (checksummed) put(::crc32(0, event.data(), static_cast<uInt>(event.size())), binlog::kChecksumSize);
  return event;
}

class OpenFiles final : public BinlogFiles {
 public:
  explicit OpenFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  Result<binlog::RawEvent> next() override {
    if (interrupted_.load(std::memory_order_relaxed)) return fail(Error::source_retriable("interrupted"));
    if (!in_large_) file_.pass(handed_out_);
    handed_out_ = 0;
    if (std::exchange(in_large_, false)) large_.clear();
    auto event = in_file_ ? read_event() : Result<binlog::RawEvent>{};
    if (!event || !event->empty()) return event;
    return open_next();
  }

  [[nodiscard]] Place place() const noexcept override {
    return {opened_ == 0 ? 0 : opened_ - 1, handed_out_ == 0 ? 0 : offset_ - handed_out_};
  }

  void interrupt() noexcept override { interrupted_.store(true, std::memory_order_relaxed); }

 private:
  [[nodiscard]] const std::string& path() const { return paths_[opened_ - 1]; }
  [[nodiscard]] tl::unexpected<Error> damaged(std::string_view what) const {
    return fail(Error::data(fmt::format("{}:{}: {}", path(), offset_, what)));
  }

  // The ROTATE that stands for the next file; empty behind the last.
  Result<binlog::RawEvent> open_next() {
    in_file_ = false;
    if (opened_ == paths_.size()) return binlog::RawEvent{};
    ++opened_;
    offset_ = 0;
    if (const char* reason = file_.open(path())) {
      return fail(Error::usage(fmt::format("{}: cannot be opened: {}", path(), reason)));
    }
    const auto magic = file_.peek(kMagic.size());
    if (!magic) return fail(Error(magic.error()).in(path()));
    if (as_text(*magic) == kEncryptedMagic) {
      return damaged(
          "the binary log is encrypted: read it through the server (rowferry run), or have it written again "
          "with binlog_encryption=OFF");
    }
    if (as_text(*magic) != kMagic) return damaged("this is no binary log: it does not begin with fe 62 69 6e");
    file_.pass(kMagic.size());
    offset_ = kMagic.size();
    in_file_ = true;
    rotate_ = make_rotate(name_in_log(), checksum_);
    return binlog::RawEvent(rotate_);
  }

  // The file's own name, as a server would know it; the whole path where two of that name follow each other.
  [[nodiscard]] std::string_view name_in_log() const {
    const auto base = [](std::string_view path) { return path.substr(path.rfind('/') + 1); };
    const bool twice = opened_ > 1 && base(paths_[opened_ - 2]) == base(path());
    return twice ? std::string_view(path()) : base(path());
  }

  // Empty at the end of the file.
  Result<binlog::RawEvent> read_event() {
    const auto head = file_.peek(binlog::kEventHeaderSize);
    if (!head) return fail(Error(head.error()).in(path()));
    if (head->empty()) return binlog::RawEvent{};
    if (head->size() < binlog::kEventHeaderSize) return cut_short(binlog::kEventHeaderSize, head->size());
    const auto header = binlog::decode_event_header(*head);
    if (!header) return damaged(header.error().message);
    if (LargeEvent::takes(*header)) return read_large(*header);
    const auto event = file_.peek(header->size);
    if (!event) return fail(Error(event.error()).in(path()));
    if (event->size() < header->size) return cut_short(header->size, event->size());
    if (header->type == binlog::EventType::format_description) learn_checksum(*event);
    offset_ += header->size;
    handed_out_ = header->size;
    return binlog::RawEvent(*event);
  }

  Result<binlog::RawEvent> read_large(const binlog::EventHeader& header) {
    large_.begin(header);
    const auto there = file_.pass_to(header.size, [this](Bytes piece) { return large_.append(piece); });
    if (!there) return fail(Error(there.error()).in(path()));
    if (*there < header.size) return cut_short(header.size, *there);
    offset_ += header.size;
    handed_out_ = header.size;
    in_large_ = true;
    return large_.finish();
  }

  [[nodiscard]] tl::unexpected<Error> cut_short(std::size_t wanted, std::size_t there) const {
    return damaged(fmt::format("the file is cut short: an event of at least {} bytes begins here, {} bytes are left",
                               wanted, there));
  }

  // What cannot be decoded is the reader's to refuse.
  void learn_checksum(Bytes event) {
    const auto format = binlog::decode_format_description(event.subspan(binlog::kEventHeaderSize));
    if (format) checksum_ = format->checksum;
  }

  std::vector<std::string> paths_;
  std::size_t opened_ = 0; // files opened so far
  bool in_file_ = false;
  FileReader file_;
  std::uint64_t offset_ = 0;
  std::size_t handed_out_ = 0; // bytes of the event that the caller still looks at
  LargeEvent large_;
  bool in_large_ = false; // and not in the file's buffer
  std::vector<std::uint8_t> rotate_;
  binlog::Checksum checksum_ = binlog::Checksum::none;
  std::atomic<bool> interrupted_{false};
};

} // namespace

std::unique_ptr<BinlogFiles> open_binlog_files(std::vector<std::string> paths) {
  return std::make_unique<OpenFiles>(std::move(paths));
}

} // namespace rowferry
