// SPDX-License-Identifier: MIT
#include "config/sources.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/load.hpp"

namespace confab::config {
namespace {

class ReadFile : public testing::Test {
 protected:
  std::string make(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "confab_sources_" + name;
    std::ofstream(path, std::ios::binary) << text;
    made_.push_back(path);
    return path;
  }

  void TearDown() override {
    for (const auto& path : made_)
      std::filesystem::remove(path);
  }

 private:
  std::vector<std::string> made_;
};

TEST_F(ReadFile, HasItsNameAndAllItsBytes) {
  const std::string text = "log: {}\n" + std::string(50'000, '#') + '\n' + std::string(1, '\0');
  const std::string path = make("whole.yaml", text);
  const auto file = read_file(path);
  ASSERT_TRUE(std::holds_alternative<Sources::File>(file));
  EXPECT_EQ(std::get<Sources::File>(file).name, path);
  EXPECT_EQ(std::get<Sources::File>(file).text, text);
}

TEST_F(ReadFile, ReadsAnEmptyFile) {
  EXPECT_EQ(std::get<Sources::File>(read_file(make("empty.yaml", ""))).text, "");
}

TEST_F(ReadFile, ReadsNoMoreThanIsNeededToRefuseIt) {
  const auto file = std::get<Sources::File>(read_file(make("large.yaml", std::string(3 * kMaxText, '#'))));
  EXPECT_GT(file.text.size(), kMaxText);
  EXPECT_LT(file.text.size(), kMaxText + 65'536);
  const auto result = load({file, {}, {}});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].text(), file.name + ": larger than 1MiB");
}

TEST_F(ReadFile, SaysWhyItCannotBeRead) {
  const std::string missing = testing::TempDir() + "confab_sources_none/none.yaml";
  EXPECT_EQ(std::get<Problem>(read_file(missing)).text(),
            missing + ": can't be read: No such file or directory");
  EXPECT_EQ(std::get<Problem>(read_file(testing::TempDir())).text(),
            testing::TempDir() + ": can't be read: Is a directory");
}

TEST_F(ReadFile, ExistsWhereItWasMade) {
  EXPECT_TRUE(path_exists(make("there.yaml", "")));
  EXPECT_FALSE(path_exists(testing::TempDir() + "confab_sources_none"));
}

TEST(FindFile, LooksHereAndThenInEtc) {
  EXPECT_EQ(find_file([](const std::string&) { return true; }), "confabd.yaml");
  EXPECT_EQ(find_file([](const std::string& path) { return path.starts_with('/'); }),
            "/etc/confab/confabd.yaml");
  EXPECT_EQ(find_file([](const std::string&) { return false; }), std::nullopt);
}

TEST(ProcessEnvironment, HasWhatIsSet) {
  ASSERT_EQ(setenv("CONFAB_TEST_OF_SOURCES", "a=b", 1), 0);
  EXPECT_EQ(process_environment().at("CONFAB_TEST_OF_SOURCES"), "a=b");
  ASSERT_EQ(unsetenv("CONFAB_TEST_OF_SOURCES"), 0);
  EXPECT_FALSE(process_environment().contains("CONFAB_TEST_OF_SOURCES"));
}

}  // namespace
}  // namespace confab::config
