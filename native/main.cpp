/// waybill-native: the engine as a program that is talked to over pipes, for tests and
/// measurements. docs/formats/exchange.md gives the commands; it reads and writes nothing but its
/// pipes.

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "base/little_endian.hpp"
#include "exchange.hpp"

namespace {

using waybill::Exchange;
using waybill::ExchangeBlock;
using waybill::instant_of_host;

constexpr const char* help =
    "waybill-native [--seed N]\n"
    "\n"
    "Runs the engine without IO of its own: commands on standard input, answers on standard\n"
    "output, as docs/formats/exchange.md says. It ends when standard input ends.\n"
    "\n"
    "  --seed N   decides the keys that the engine gives out (default 1)\n";

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

/// One command with its fields; bytes that came with it lie in the request buffer.
struct Command {
  char code = 0;
  uint64_t now_ms = 0;
  uint32_t size = 0;
  uint8_t last = 0;
};

/// Waits until all of the field is there; false if standard input ends before.
bool read_field(void* to, size_t size) {
  return std::fread(to, 1, size, stdin) == size;
}

bool takes_now(char code) {
  return code == 'H' || code == 'T' || code == 'D';
}
bool takes_bytes(char code) {
  return code == 'H' || code == 'P';
}
bool takes_size(char code) {
  return takes_bytes(code) || code == 'M';
}

/// The fields behind the command byte; false if standard input ends before the last.
bool read_fields(Command& command, Exchange& engine) {
  const char code = command.code;
  if (takes_now(code) && !read_field(&command.now_ms, sizeof command.now_ms)) return false;
  if (takes_size(code) && !read_field(&command.size, sizeof command.size)) return false;
  if (code == 'E' && !read_field(&command.last, sizeof command.last)) return false;
  if (!takes_bytes(code)) return true;
  engine.reserve(command.size);
  return read_field(engine.request(), command.size);
}

/// Runs a command; its result, nullopt if there is no such command.
std::optional<uint32_t> run(const Command& command, Exchange& engine) {
  switch (command.code) {
    case 'S':
      return engine.seal();
    case 'P':
      return engine.replay(command.size);
    case 'E':
      return engine.replay_end(command.last != 0);
    case 'M':
      return engine.snapshot_next(command.size);
    case 'H':
      engine.handle(command.size, instant_of_host(command.now_ms));
      break;
    case 'T':
      engine.tick(instant_of_host(command.now_ms));
      break;
    case 'D':
      engine.load_demo(instant_of_host(command.now_ms));
      break;
    case 'C':
      engine.confirm();
      break;
    case 'R':
      engine.revert();
      break;
    case 'B':
      engine.replay_begin();
      break;
    case 'G':
      engine.segment_header();
      break;
    case 'N':
      engine.snapshot_begin();
      break;
    case 'U':
      engine.memory();
      break;
    case 'V':
      engine.verify();
      break;
    default:
      return std::nullopt;
  }
  return 0;
}

int fail(const char* sentence) {
  std::fprintf(stderr, "waybill-native: %s\n", sentence);
  return exit_failure;
}

bool write_field(const void* from, size_t size) {
  return size == 0 || std::fwrite(from, 1, size, stdout) == size;
}

/// Result, answer and exchange block, flushed.
bool write_answer(uint32_t result, const Exchange& engine) {
  char head[8];
  waybill::store_u32(head, result);
  waybill::store_u32(head + 4, engine.block().answer_size);
  return write_field(head, sizeof head) &&
         write_field(engine.answer().data(), engine.answer().size()) &&
         write_field(&engine.block(), sizeof(ExchangeBlock)) && std::fflush(stdout) == 0;
}

/// Answers commands until standard input ends; returns the exit code.
int serve(uint64_t seed) {
  Exchange engine(seed);
  for (int byte = std::getchar(); byte != EOF; byte = std::getchar()) {
    Command command{.code = static_cast<char>(byte)};
    if (!read_fields(command, engine)) return fail("standard input ended within a command");
    const std::optional<uint32_t> result = run(command, engine);
    if (!result) return fail("unknown command");
    if (!write_answer(*result, engine)) return fail("cannot write to standard output");
  }
  return std::ferror(stdin) == 0 ? 0 : fail("cannot read from standard input");
}

int refuse_usage() {
  std::fputs(help, stderr);
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--help" || option == "-h") {
      std::fputs(help, stdout);
      return 0;
    }
    if (option != "--seed" || i + 1 == argc) return refuse_usage();
    const std::optional<uint64_t> number = waybill::parse_seed(argv[++i]);
    if (!number) return refuse_usage();
    seed = *number;
  }
  return serve(seed);
}
