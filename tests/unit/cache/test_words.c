/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Words in both spellings, the word that was meant, and times as they are written. */

#include <math.h>

#include "core/time_text.h"
#include "core/words.h"
#include "zd_test.h"

static void test_spellings(void)
{
    REQUIRE(zd_word_same("outline_colour", "Outline-Color") && zd_word_same("color", "colour"));
    REQUIRE(zd_word_same("normalised", "normalized") && zd_word_same("centre", "center"));
    REQUIRE(zd_word_same("metres", "meters") && zd_word_same("stabilise", "STABILIZE"));
    REQUIRE(zd_word_same("accept-license", "accept_licence") && zd_word_same("gray", "grey"));
    REQUIRE(zd_word_same_n("colour_space", 6, "color") && !zd_word_same_n("colour", 5, "color"));
    REQUIRE(!zd_word_same("size", "sizes") && !zd_word_same("", "x") && zd_word_same("", ""));
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    REQUIRE(!zd_word_same(longest, "a"));
}

/* A slip is not a spelling: only the ending of normalize is written in two ways. */
static void test_slips_are_no_spellings(void)
{
    REQUIRE(!zd_word_same("sise", "size") && !zd_word_same("font-sise", "font_size"));
    REQUIRE(!zd_word_same("fontsise", "fontsize") && !zd_word_same("horison", "horizon"));
    REQUIRE(!zd_word_same("keyz", "keys") && !zd_word_same("rize", "rise"));
    REQUIRE(!zd_word_same("axiz", "axis") && !zd_word_same("dizplace", "displace"));
    REQUIRE(zd_word_same("inverse_normalised", "inverse-normalized"));
    REQUIRE(zd_word_same("normalisation", "normalization") && zd_word_same("analyse", "analyze"));
}

static const char *meant(const char *word, const char *const *candidates)
{
    zd_nearest_word search = zd_nearest_word_begin(word);
    for (int i = 0; candidates[i] != NULL; i++) {
        zd_nearest_word_try(&search, candidates[i]);
    }
    const char *best = zd_nearest_word_best(&search);
    return best != NULL ? best : "";
}

static void test_nearest(void)
{
    static const char *const verbs[] = { "composite", "depth", "face", "matte", "view", NULL };
    REQUIRE_TEXT(meant("compsite", verbs), "composite");
    REQUIRE_TEXT(meant("depht", verbs), "depth"); /* two letters swapped are one change */
    REQUIRE_TEXT(meant("comp", verbs), "composite");
    REQUIRE_TEXT(meant("dance", verbs), "");
    REQUIRE_TEXT(meant("veiw", verbs), "view");
    REQUIRE_TEXT(meant("x", verbs), "");
    REQUIRE_TEXT(meant("", verbs), "");
    static const char *const alike[] = { "fade", "face", "fate", NULL };
    REQUIRE_TEXT(meant("fave", alike), "fade"); /* of those that are as near, the first */
    REQUIRE_TEXT(meant("fate", alike), "fate");
    static const char *const limits[] = { "abcde", "abcdefgh",
                                          NULL }; /* one letter in five, two in eight, else three */
    REQUIRE_TEXT(meant("xbcde", limits), "abcde");
    REQUIRE_TEXT(meant("xbcdx", limits), "");
    REQUIRE_TEXT(meant("xbcdefgx", limits), "abcdefgh");
    REQUIRE_TEXT(meant("xbcxefgx", limits), "");
    REQUIRE_TEXT(meant("xbcxefghx", limits), "abcdefgh");
    static const char *const sizes[] = { "size", "sizes", NULL };
    REQUIRE_TEXT(meant("sise", sizes), "size");
    char text[80];
    zd_nearest_word search = zd_nearest_word_begin("outline-colr");
    zd_nearest_word_try(&search, "outline_colour");
    REQUIRE_TEXT(zd_did_you_mean(&search, "--", text, sizeof text),
                 "; did you mean --outline-colour?");
}

/* Two changes are two, though one of the letters could be half of a swap; one letter alone means nothing. */
static void test_near_is_not_nearest(void)
{
    static const char *const word[] = { "abcde", NULL };
    static const char *const letters[] = { "y", "a", "ab", NULL };
    REQUIRE_TEXT(meant("abdce", word), "abcde");
    REQUIRE_TEXT(meant("abdxe", word), "");
    REQUIRE_TEXT(meant("abxce", word), "");
    REQUIRE_TEXT(meant("bacde", word), "abcde"); /* the first two */
    REQUIRE_TEXT(meant("abced", word), "abcde"); /* and the last */
    REQUIRE_TEXT(meant("x", letters), "");
    REQUIRE_TEXT(meant("xb", letters), "ab");
}

/* The longest word that is known, which may not become longer by its British spelling. */
static void test_long_words(void)
{
    char text[300];
    int longest = 0;
    for (int length = 10; length < 290; length++) {
        memset(text, 'a', sizeof text);
        text[length] = '\0';
        longest = zd_word_same(text, text) ? length : longest;
    }
    REQUIRE(longest >= 20 && longest < 280);
    memset(text, 'a', sizeof text);
    snprintf(text + longest - 6, 6, "color");
    REQUIRE(zd_word_same(text, text));
    memset(text, 'a', sizeof text);
    snprintf(text + longest - 5, 6, "color");
    const char *const candidates[] = { text, NULL };
    REQUIRE(!zd_word_same(text, text));
    REQUIRE_TEXT(meant(text, candidates), "");
}

static void require_time(const char *text, double fps, double seconds)
{
    double found = -1.0;
    zd_error err = { 0 };
    REQUIRE_INT(zd_time_parse(text, fps, &found, &err), ZD_OK);
    REQUIRE(fabs(found - seconds) < 1e-9);
}

static void test_times(void)
{
    static const char *const bad[] = { "",          "s",     "1,5",  "-1",         "1x",
                                       "1:2:3:4:5", "0x10",  "inf",  "nan",        "1m2h",
                                       "1s1s",      "f",     "f1x",  "1:",         ":1",
                                       "1 s",       "1e400", "36ff", "0:00:61:00", "0:00:01:24",
                                       "0:0:0.5:1" };
    double seconds;
    zd_error err;
    require_time("1.5", 0, 1.5);
    require_time("1.5s", 0, 1.5);
    require_time("500ms", 0, 0.5);
    require_time("1m", 0, 60.0);
    require_time("1h2m3.5s", 0, 3723.5);
    require_time("2min", 0, 120.0);
    require_time("1:02.5", 0, 62.5);
    require_time("01:02:03.5", 0, 3723.5);
    require_time("f36", 24, 1.5);
    require_time("36f", 24, 1.5);
    require_time("0:00:01:12", 24, 1.5);
    require_time("0:01:00:00", 30000.0 / 1001.0, 1800 * 1001.0 / 30000.0); /* frame 1800 */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        REQUIRE_INT(zd_time_parse(bad[i], 24, &seconds, &err), ZD_ERR_INVALID_ARGUMENT);
    }
    REQUIRE_INT(zd_time_parse("36f", 0, &seconds, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(err.message,
                 "'36f' is a frame, and the frame rate is not known here; give seconds");
}

static void test_frames_are_found_in_values(void)
{
    REQUIRE(zd_time_names_frame("36f") && zd_time_names_frame("f36"));
    REQUIRE(zd_time_names_frame("0=1, 12f=2:smooth") && zd_time_names_frame("0,0,1,1@2f"));
    REQUIRE(zd_time_names_frame("0:00:00:12") && !zd_time_names_frame("0:00:12"));
    REQUIRE(!zd_time_names_frame("0.5") && !zd_time_names_frame("off") && !zd_time_names_frame(""));
}

int main(void)
{
    RUN(test_spellings);
    RUN(test_slips_are_no_spellings);
    RUN(test_nearest);
    RUN(test_near_is_not_nearest);
    RUN(test_long_words);
    RUN(test_times);
    RUN(test_frames_are_found_in_values);
    return zd_test_finish();
}
