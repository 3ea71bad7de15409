// SPDX-License-Identifier: MIT
#include "config/command_line.hpp"

#include <gtest/gtest.h>

namespace confab::config {
namespace {

using Action = CommandLine::Action;

CommandLine parse(const std::vector<const char*>& arguments) {
  return parse_command_line(arguments);
}

TEST(CommandLine, RunsWhereNothingIsAsked) {
  const auto line = parse({});
  EXPECT_EQ(line.action, Action::run);
  EXPECT_FALSE(line.config_file);
  EXPECT_TRUE(line.sets.empty());
  EXPECT_EQ(line.warnings, CommandLine::Warnings::logged);
  EXPECT_EQ(line.error, "");
}

TEST(CommandLine, TakesValuesAsTheNextArgumentOrAfterAnEqualsSign) {
  const auto line =
      parse({"--config", "a.yaml", "--set", "log.level=debug", "--set=log.file=a=b", "--set", "-x=1"});
  EXPECT_EQ(line.error, "");
  EXPECT_EQ(line.config_file, "a.yaml");
  EXPECT_EQ(line.sets, (std::vector<std::string>{"log.level=debug", "log.file=a=b", "-x=1"}));
  EXPECT_EQ(parse({"--config=b.yaml"}).config_file, "b.yaml");
}

struct Asked {
  std::vector<const char*> arguments;
  Action action;
};

TEST(CommandLine, KnowsWhatIsAsked) {
  const std::vector<Asked> table{
      {{"--check"}, Action::check},
      {{"--check", "--check"}, Action::check},
      {{"--print-config"}, Action::print_config},
      {{"--version"}, Action::version},
      {{"--help"}, Action::help},
      {{"--strict"}, Action::run},
      {{"--check", "--strict"}, Action::check},
      {{"--check", "--help"}, Action::help},
      {{"--help", "--check"}, Action::help},
      {{"--version", "--print-config"}, Action::version},
      {{"--help", "--version"}, Action::help},
      {{"--version", "--help"}, Action::version},
  };
  for (const auto& [arguments, action] : table) {
    const auto line = parse(arguments);
    EXPECT_EQ(line.error, "");
    EXPECT_EQ(line.action, action);
  }
  EXPECT_EQ(parse({"--strict"}).warnings, CommandLine::Warnings::refused);
}

struct Refused {
  std::vector<const char*> arguments;
  const char* error;
};

TEST(CommandLine, RefusesTheRestInOneSentence) {
  const std::vector<Refused> table{
      {{"--confg", "a"}, "unknown option --confg; did you mean --config?"},
      {{"--chek"}, "unknown option --chek; did you mean --check?"},
      {{"--print"}, "unknown option --print; --help lists them"},
      {{"-h"}, "unknown option -h; --help lists them"},
      {{"-"}, "unknown option -; --help lists them"},
      {{"--"}, "unknown option --; --help lists them"},
      {{"--colour=red"}, "unknown option --colour; --help lists them"},
      {{"a.yaml"}, "unexpected argument a.yaml; --help lists the options"},
      {{""}, "unexpected argument \"\"; --help lists the options"},
      {{"--config"}, "--config needs FILE"},
      {{"--config", "--check"}, "--config needs FILE"},
      {{"--config="}, "--config needs the name of a file"},
      {{"--config", ""}, "--config needs the name of a file"},
      {{"--config", "a", "--config", "b"}, "--config is given twice"},
      {{"--set"}, "--set needs KEY.PATH=VALUE"},
      {{"--set", "--strict"}, "--set needs KEY.PATH=VALUE"},
      {{"--check=yes"}, "--check takes no value"},
      {{"--check", "--print-config"}, "--check and --print-config don't go together"},
      {{"--print-config", "--check"}, "--check and --print-config don't go together"},
      {{"--help", "--nonsense"}, "unknown option --nonsense; --help lists them"},
  };
  for (const auto& [arguments, error] : table)
    EXPECT_EQ(parse(arguments).error, error);
}

TEST(CommandLine, ReportsTheFirstMistake) {
  EXPECT_EQ(parse({"--chek", "--config"}).error, "unknown option --chek; did you mean --check?");
}

TEST(CommandLine, UsageNamesEveryOption) {
  const std::string text = usage();
  for (const char* name : {"--config FILE", "--set KEY.PATH=VALUE", "--check", "--strict", "--print-config",
                           "--version", "--help", "2 wrong configuration"})
    EXPECT_NE(text.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace confab::config
