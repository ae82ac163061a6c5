/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Filter graphs of somebody else, as they are read and written anew; what is refused of them, in which words;
 * the names that do not exist; and what FFmpeg's tables tell of filters and their options. */

#include "core/text.h"
#include "media/allowed.h"
#include "media/filter/filter_names.h"
#include "media/filter_graph.h"
#include "media/filter_info.h"
#include "media_test.h"

static void checks(const char *graph, const char *expected)
{
    zd_text text;
    zd_text_init(&text, ctx);
    REQUIRE_OK(zd_filter_graph_check(graph, &text, &err));
    REQUIRE_TEXT(text.data, expected);
    zd_text again; /* what was written anew is read as the same */
    zd_text_init(&again, ctx);
    REQUIRE_OK(zd_filter_graph_check(text.data, &again, &err));
    REQUIRE_TEXT(again.data, text.data);
    zd_text_release(&again);
    zd_text_release(&text);
}

static void graphs_are_written_anew(void)
{
    checks("hflip", "hflip");
    checks(" hflip , vflip ", "hflip,vflip");
    checks("gblur=2", "gblur=sigma=2");
    checks("gblur=2:3", "gblur=sigma=2:steps=3");
    checks("gblur=2:steps=3", "gblur=sigma=2:steps=3");
    checks("gblur=", "gblur");
    checks("[in] hflip [out]", "[in]hflip[out]");
    checks("[depth]null[a];[a][matte]overlay=x=3", "[depth]null[a];[a][matte]overlay=x=3");
    checks("crop=w='min(iw,ih)'", "crop=w=min(iw\\,ih)");
    checks("crop=w=min(iw\\,ih)", "crop=w=min(iw\\,ih)");
    checks("hue=s=0:enable='gt(t,2)'", "hue=s=0:enable=gt(t\\,2)");
    checks("curves=r='0/0 1/0.5'", "curves=r=0/0 1/0.5");
    checks("frei0r=filter_name=glow:filter_params=0.5|y|1/0.5/0",
           "frei0r=filter_name=glow:filter_params=0.5|y|1/0.5/0");
    checks("frei0r=glow:0.5", "frei0r=filter_name=glow:filter_params=0.5");
    checks("format=pix_fmts=gbrp", "format=pix_fmts=gbrp");
    checks("\n\tnegate\r\n", "negate");
}

static void refuses(const char *graph, zd_status code, const char *expected)
{
    zd_text text;
    zd_text_init(&text, ctx);
    zd_status status = zd_filter_graph_check(graph, &text, &err);
    zd_text_release(&text);
    if (status != code || strcmp(err.message, expected) != 0) {
        ZD_TEST_FAIL("'%.60s': %s", graph, status == ZD_OK ? "taken" : err.message);
    }
}

#define UNTRUSTED "; if you know who made the project, allow it with --trust-project"

static void graphs_are_refused_with_the_reason(void)
{
    static const char *const cases[][2] = {
        { "", "the effect '' cannot be used: No such filter: ''" },
        { "hflip,", "the effect 'hflip,' cannot be used: No such filter: ''" },
        { "warp", "the effect 'warp' cannot be used: No such filter: 'warp'" },
        { "hflip]x", "the effect 'hflip]x' cannot be used: No such filter: 'hflip]x'" },
        { "[a", "the effect '[a' cannot be used: a '[' has no ']'" },
        { "[]hflip",
          "the effect '[]hflip' cannot be used: a link's label is letters, digits and '_', 32 at most" },
        { "[a b]hflip",
          "the effect '[a b]hflip' cannot be used: a link's label is letters, digits and '_', 32 at most" },
        { "[abcdefghijklmnopqrstuvwxyz0123456]hflip",
          "the effect '[abcdefghijklmnopqrstuvwxyz0123456]hflip' cannot be used: a link's label is letters, digits and '_', 32 at most" },
        { "hflip[a]vflip",
          "the effect 'hflip[a]vflip' cannot be used: filters stand between ',' or ';'" },
        { "movie=x.mp4",
          "a project's effect may not use the filter 'movie', which is not on the list of those that lead to no other files" UNTRUSTED },
        { "gblur=stigma=2",
          "the effect 'gblur=stigma=2' cannot be used: the filter gblur has no option 'stigma'" },
        { "gblur=sigma=2:3",
          "the effect 'gblur=sigma=2:3' cannot be used: an option is not NAME=VALUE" },
        { "noise=fixed=1",
          "the effect 'noise=fixed=1' cannot be used: the filter noise has no option 'fixed'" },
        { "curves=psfile=x",
          "a project's effect may not set 'psfile' of the filter curves, which could lead to other files" UNTRUSTED },
        { "frei0r=filter_name=../x",
          "a project's effect may not give frei0r the path '../x', only the name of an installed plug-in" UNTRUSTED },
        { "frei0r=filter_name=a\\\\\\\\b",
          "a project's effect may not give frei0r the path 'a\\b', only the name of an installed plug-in" UNTRUSTED },
        { "frei0r=filter_name=x:filter_params=a/b",
          "a project's effect may not give frei0r the path 'a/b', only the name of an installed plug-in" UNTRUSTED },
        { "frei0r=filter_name=x:filter_params=1|0.5/..",
          "a project's effect may not give frei0r the path '1|0.5/..', only the name of an installed plug-in" UNTRUSTED },
        { "hflip\x01",
          "the effect 'hflip\x01' cannot be used: it holds characters that are not printable ASCII" },
        { "hflip\xc3\xa4",
          "the effect 'hflip\xc3\xa4' cannot be used: it holds characters that are not printable ASCII" },
        { "hflip=enable=1:x=2",
          "the effect 'hflip=enable=1:x=2' cannot be used: the filter hflip has no option 'x'" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refuses(cases[i][0], ZD_ERR_INVALID_ARGUMENT, cases[i][1]);
    }
    checks("[abcdefghijklmnopqrstuvwxyz012345]hflip", "[abcdefghijklmnopqrstuvwxyz012345]hflip");
    static char lengthy[ZD_FILTER_GRAPH_MAX + 2];
    memset(lengthy, ' ', sizeof lengthy - 1);
    memcpy(lengthy, "hflip", 5);
    refuses(lengthy, ZD_ERR_LIMIT, "the effect is longer than 8192 characters");
    lengthy[ZD_FILTER_GRAPH_MAX] = '\0';
    checks(lengthy, "hflip");
}

static void names_are_checked_where_filters_begin(void)
{
    static const char *const known[] = { "hflip",
                                         "[a][b]overlay[c];[c]hflip",
                                         "gblur=2,vflip",
                                         "drawtext=text='a,nofilter;x'",
                                         "hue=s=0\\,nofilter=1",
                                         "sws_flags=bicubic;hflip",
                                         " [in] hflip",
                                         "",
                                         "hflip,",
                                         "=x" };
    static const char *const unknown[][2] = {
        { "hflop",
          "the effect 'hflop' cannot be used: No such filter: 'hflop'; did you mean hflip?" },
        { "hflip,qqqqqqqq=1",
          "the effect 'hflip,qqqqqqqq=1' cannot be used: No such filter: 'qqqqqqqq'" },
        { "[a]hflip;[b]qqqqqqqq",
          "the effect '[a]hflip;[b]qqqqqqqq' cannot be used: No such filter: 'qqqqqqqq'" },
        { "drawtext=text='it\\'s',qqqqqqqq",
          "the effect 'drawtext=text='it\\'s',qqqqqqqq' cannot be used: No such filter: 'qqqqqqqq'" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (zd_filter_names_check(known[i], &err) != ZD_OK) {
            ZD_TEST_FAIL("'%s': %s", known[i], err.message);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        REQUIRE_FAILS(zd_filter_names_check(unknown[i][0], &err), ZD_ERR_INVALID_ARGUMENT,
                      unknown[i][1]);
    }
}

/* ---- what filters tell ---- */

static int option_named(const char *filter, const char *name, zd_filter_option *out)
{
    for (int i = 0; zd_filter_info_option(filter, i, out); i++) {
        if (strcmp(out->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static void filters_are_listed_once(void)
{
    bool has_gblur = false;
    int count = 0;
    for (const char *name; (name = zd_filter_info_name(count)) != NULL; count++) {
        const zd_filter_rule *rule = zd_filter_rule_find(name);
        REQUIRE(rule != NULL && !rule->is_named);
        has_gblur = has_gblur || strcmp(name, "gblur") == 0;
        /* Those that join branches have more than one picture. */
        REQUIRE(strcmp(name, "overlay") != 0 && strcmp(name, "split") != 0 &&
                strcmp(name, "mix") != 0 && strcmp(name, "frei0r") != 0);
        for (int i = 0; i < count; i++) {
            REQUIRE(strcmp(zd_filter_info_name(i), name) != 0);
        }
    }
    REQUIRE(count > 60 && has_gblur && zd_filter_info_name(-1) == NULL);
    REQUIRE_TEXT(zd_filter_info_help("gblur"), "Apply Gaussian Blur filter.");
    REQUIRE_TEXT(zd_filter_info_help("no such"), "");
}

static void options_have_their_longest_names(void)
{
    zd_filter_option o;
    REQUIRE_INT(option_named("gblur", "sigma", &o), 0);
    REQUIRE(o.type == ZD_FILTER_OPTION_NUMBER && o.min == 0.0 && o.max == 1024.0 &&
            o.initial == 0.5);
    REQUIRE_TEXT(o.help, "set sigma");
    REQUIRE_TEXT(o.initial_text, "");
    REQUIRE_INT(option_named("gblur", "steps", &o), 1);
    REQUIRE(o.type == ZD_FILTER_OPTION_INT && o.min == 1.0 && o.max == 6.0 && o.initial == 1.0);
    REQUIRE(option_named("boxblur", "luma_radius", &o) >= 0 && o.type == ZD_FILTER_OPTION_TEXT);
    REQUIRE_TEXT(o.initial_text, "2");
    REQUIRE(option_named("boxblur", "lr", &o) < 0); /* the same place by a shorter name */
    REQUIRE(option_named("curves", "psfile", &o) < 0 && option_named("curves", "red", &o) >= 0);
    REQUIRE(option_named("curves", "preset", &o) >= 0 && o.type == ZD_FILTER_OPTION_CHOICE);
    REQUIRE(option_named("gblur", "enable", &o) < 0);
    REQUIRE(option_named("negate", "negate_alpha", &o) >= 0 && o.type == ZD_FILTER_OPTION_BOOL &&
            o.initial == 0.0);
    REQUIRE(option_named("drawbox", "color", &o) >= 0 && o.type == ZD_FILTER_OPTION_TEXT);
    REQUIRE(!zd_filter_info_option("no such", 0, &o) && !zd_filter_info_option("hflip", 0, &o));
}

static void words_of_choices_have_numbers(void)
{
    double value = -5.0;
    bool has_vintage = false;
    int count = 0;
    for (const char *word;
         (word = zd_filter_info_choice("curves", "preset", count, &value)) != NULL; count++)
    {
        has_vintage = has_vintage || (strcmp(word, "vintage") == 0 && value == 10.0);
    }
    REQUIRE(count == 11 && has_vintage);
    REQUIRE(zd_filter_info_choice("curves", "preset", -1, &value) == NULL);
    REQUIRE(zd_filter_info_choice("gblur", "sigma", 0, &value) == NULL);
    REQUIRE(zd_filter_info_choice("gblur", "no such", 0, &value) == NULL);
    REQUIRE(zd_filter_info_choice("no such", "sigma", 0, &value) == NULL);
}

int main(void)
{
    media_begin(1);
    RUN(graphs_are_written_anew);
    RUN(graphs_are_refused_with_the_reason);
    RUN(names_are_checked_where_filters_begin);
    RUN(filters_are_listed_once);
    RUN(options_have_their_longest_names);
    RUN(words_of_choices_have_numbers);
    return media_end();
}
