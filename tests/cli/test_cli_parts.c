/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The parts of the command line at their own level: lengths in pixels, what is printed to a terminal, the
 * line of progress, lines of JSON, habits. What touches files: test_cli_files.c. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/batch.h"
#include "cli/dry_run.h"
#include "cli/front.h"
#include "cli/habits.h"
#include "cli/json_line.h"
#include "cli/lengths.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "refused.h"

static zd_context *ctx;
static zd_error err;

/* Of a picture of 200x50. */
static void lengths_become_fractions(void)
{
    static const double one[1] = { 50.0 };
    static const double box[4] = { 200.0, 50.0, 200.0, 50.0 };
    static const struct {
        const char *text;
        int count;
        bool per_cent;
        bool is_pixels;
        const char *made;
    } cases[] = {
        { "25px", 1, false, true, "0.5" },
        { "0.25", 1, false, false, "0.25" },
        { "25pt", 1, false, false, "25pt" },
        { "25 px", 1, false, false, "25 px" },
        { ".5px", 1, false, true, "0.01" },
        { "a5px", 1, false, false, "a5px" },
        { "1.5px", 1, false, true, "0.03" },
        { "-5px", 1, false, true, "-0.1" },
        { "0s=10px, 2s=5px:smooth", 1, false, true, "0s=0.2, 2s=0.1:smooth" },
        { "50%", 1, false, false, "50%" },
        { "50%", 1, true, false, "0.5" },
        { "20px,10px,100px,25px", 4, true, true, "0.1,0.2,0.5,0.5" },
        { "20px,10px,100px,25px@12f", 4, true, true, "0.1,0.2,0.5,0.5@12f" },
        { "10%,10px,0.5,50%", 4, true, true, "0.1,0.2,0.5,0.5" },
        { "100x25+20+10", 4, true, true, "0.1,0.2,0.5,0.5" },
        { "100x25+20+10@1.5", 4, true, true, "0.1,0.2,0.5,0.5@1.5" },
        { "100x25+20+10 ", 4, true, false, "100x25+20+10 " },
        { "100x25+20", 4, true, false, "100x25+20" },
        { "x25+20+10", 4, true, false, "x25+20+10" },
        { "100x25+20+10", 1, false, true, "100x25+20+10" },
        { "20px,10px,20px,10px,20px", 4, true, true, "0.1,0.2,0.1,0.2,0.1" },
        { "", 1, true, false, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_text made;
        zd_text_init(&made, ctx);
        zd_lengths_resolve(&made, cases[i].text, cases[i].count == 4 ? box : one, cases[i].count,
                           cases[i].per_cent);
        REQUIRE_OK(zd_text_finish(&made, "a length", &err));
        REQUIRE_TEXT(made.data != NULL ? made.data : "", cases[i].made);
        if (zd_lengths_in_pixels(cases[i].text) != cases[i].is_pixels) {
            ZD_TEST_FAIL("'%s' has pixels: %d expected", cases[i].text, cases[i].is_pixels);
        }
        zd_text_release(&made);
    }
}

/* What was written to a stream of its own. */
typedef struct written {
    FILE *stream;
    char *text;
    size_t bytes;
} written;

static void begin(written *w)
{
    w->stream = open_memstream(&w->text, &w->bytes);
    REQUIRE(w->stream != NULL);
}

static void require_written(written *w, const char *expected)
{
    fclose(w->stream);
    REQUIRE_TEXT(w->text, expected);
    free(w->text);
}

static void terminals_are_not_obeyed(void)
{
    static const struct {
        const char *text;
        const char *shown; /* in a line */
        const char *told;  /* as a text of several lines */
    } cases[] = {
        { "plain", "plain", "plain" },
        { "a\nb\tc", "a\\x0ab\\x09c", "a\nb\tc" },
        { "\033[31m", "\\x1b[31m", "\\x1b[31m" },
        { "\r", "\\x0d", "\\x0d" },
        { "\177", "\\x7f", "\\x7f" },
        { "Gr\303\274n", "Gr\303\274n", "Gr\303\274n" },
        { "\342\200\256abc", "\\u{202e}abc", "\\u{202e}abc" }, /* right to left */
        { "\302\233x", "\\u{009b}x", "\\u{009b}x" },           /* CSI */
        { "\377\303", "\\xff\\xc3", "\\xff\\xc3" },
        { "", "", "" },
    };
    char expected[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        written w;
        begin(&w);
        zd_print(w.stream, "<%s>", cases[i].text);
        snprintf(expected, sizeof expected, "<%s>", cases[i].shown);
        require_written(&w, expected);
        begin(&w);
        zd_say(w.stream, "%s", cases[i].text);
        snprintf(expected, sizeof expected, "%s\n", cases[i].shown);
        require_written(&w, expected);
        begin(&w);
        zd_say_text(w.stream, cases[i].text);
        require_written(&w, cases[i].told);
    }
}

static void long_lines_are_whole(void)
{
    static const int lengths[] = { 8190, 8191, 8192, 8193, 30000 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *text = calloc(1, 30001);
        REQUIRE(text != NULL);
        memset(text, 'a', (size_t) lengths[i]);
        text[lengths[i] - 1] = 'z';
        written w;
        begin(&w);
        zd_print(w.stream, "%s", text);
        require_written(&w, text);
        free(text);
    }
}

static void clocks_are_read(void)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        { 0, "0:00" },          { 0.4, "0:00" },        { 0.5, "0:01" },      { 7.4, "0:07" },
        { 59.4, "0:59" },       { 59.6, "1:00" },       { 61, "1:01" },       { 600, "10:00" },
        { 3599, "59:59" },      { 3600, "1:00:00" },    { 3661, "1:01:01" },  { 86399, "23:59:59" },
        { 359998, "99:59:58" }, { 359999, "99:59:59" }, { 1e12, "99:59:59" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        zd_clock_text(cases[i].seconds, text, sizeof text);
        REQUIRE_TEXT(text, cases[i].text);
    }
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* A stage that began an hour ago with `first` done, last printed `printed` seconds ago. */
static zd_cli_progress_line begun(FILE *stream, bool terminal, bool json, int64_t first,
                                  double printed)
{
    return (zd_cli_progress_line){ .stream = stream,
                                   .terminal = terminal,
                                   .json = json,
                                   .stage = "view",
                                   .started_s = now_s() - 3600.0,
                                   .started_done = first,
                                   .printed_s = now_s() - printed };
}

/* An hour makes the moments of the test itself nothing. */
static void progress_tells_rate_and_what_is_left(void)
{
    static const struct {
        bool terminal, json;
        double printed_s;
        int64_t first, done, total;
        const char *line;
    } cases[] = {
        { false, false, 5.1, 1, 36001, 72001,
          "view: 36001 of 72001 (50 %), 10.0 a second, 1:00:00 left\n" },
        { false, false, 4.9, 1, 36001, 72001, "" },
        { false, false, 0.0, 1, 72001, 72001,
          "view: 72001 of 72001 (100 %), 20.0 a second, 0:00 left\n" },
        { false, false, 9.0, 1, 36001, 0, "view: 36001, 10.0 a second\n" },
        { false, false, 9.0, 7, 7, 10, "view: 7 of 10 (70 %)\n" },
        { false, false, 9.0, 0, 1999, 3000,
          "view: 1999 of 3000 (66 %), 0.6 a second, 30:03 left\n" },
        { true, false, 0.3, 1, 36001, 72001,
          "\rview: 36001 of 72001 (50 %), 10.0 a second, 1:00:00 left\033[K" },
        { true, false, 0.1, 1, 36001, 72001, "" },
        { false, true, 0.3, 1, 36001, 72001,
          "{\"v\": 1, \"type\": \"progress\", \"stage\": \"view\", \"done\": 36001, \"total\": 72001, "
          "\"rate\": 10.000, \"left_s\": 3600.0}\n" },
        { false, true, 0.1, 1, 36001, 72001, "" },
        { false, true, 9.0, 1, 36001, 0,
          "{\"v\": 1, \"type\": \"progress\", \"stage\": \"view\", \"done\": 36001, \"total\": 0, \"rate\": 10.000, "
          "\"left_s\": 0.0}\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        written w;
        begin(&w);
        zd_cli_progress_line line =
            begun(w.stream, cases[i].terminal, cases[i].json, cases[i].first, cases[i].printed_s);
        zd_cli_progress_callback(&line, "view", cases[i].done, cases[i].total);
        REQUIRE(line.drawn == (cases[i].terminal && cases[i].line[0] != '\0'));
        REQUIRE((now_s() - line.printed_s < 0.05) ==
                (cases[i].line[0] != '\0' || cases[i].printed_s == 0.0));
        require_written(&w, cases[i].line);
    }
}

static void a_new_stage_begins_anew(void)
{
    written w;
    begin(&w);
    zd_cli_progress_line line = begun(w.stream, true, false, 0, 0.0);
    line.drawn = true;
    zd_cli_progress_callback(&line, "matte", 4, 9); /* a terminal is told at once */
    REQUIRE_TEXT(line.stage, "matte");
    REQUIRE_INT(line.started_done, 4);
    REQUIRE(now_s() - line.started_s < 1.0);
    zd_cli_progress_interrupt(&line);
    REQUIRE(!line.drawn);
    zd_cli_progress_interrupt(&line); /* once */
    zd_cli_progress_end(&line);
    REQUIRE_TEXT(line.stage, "");
    require_written(&w, "\n\rmatte: 4 of 9 (44 %)\033[K\n");
    begin(&w);
    line = begun(w.stream, false, false, 0, 0.0);
    zd_cli_progress_callback(&line, "matte", 4, 9); /* a log after two seconds */
    REQUIRE_NEAR(now_s() - line.printed_s, 3.0, 0.5);
    line.quiet = true;
    zd_cli_progress_callback(&line, "depth", 9, 9);
    REQUIRE_TEXT(line.stage, "matte");
    require_written(&w, "");
}

static void progress_begins_as_its_stream_is(void)
{
    FILE *file = tmpfile();
    zd_cli_progress_line line;
    REQUIRE(file != NULL);
    memset(&line, 0xFF, sizeof line);
    zd_cli_progress_begin(&line, file, true, false);
    REQUIRE(line.stream == file && !line.terminal && line.json && !line.quiet && !line.drawn);
    REQUIRE_TEXT(line.stage, "");
    zd_cli_progress_begin(&line, file, false, true);
    REQUIRE(!line.json && line.quiet);
    fclose(file);
}

/* "write --NAME" and the like name flags that some verb takes; what is typed instead is no flag. */
static bool is_flag(const char *name)
{
    zd_param_id id = zd_param_find(name);
    if (zd_flag_index(zd_global_flags, name) >= 0 || id != ZD_PARAM_COUNT) {
        return true;
    }
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        if (zd_flag_index(zd_verbs[i]->flags, name) >= 0 ||
            zd_cli_box_flag_find(zd_verbs[i], name) != NULL) {
            return true;
        }
    }
    return strncmp(name, "no-", 3) == 0 && is_flag(name + 3);
}

static void require_true_flags(const char *say)
{
    for (const char *at = strstr(say, "--"); at != NULL; at = strstr(at + 2, "--")) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int) strspn(at + 2, "abcdefghijklmnopqrstuvwxyz-"),
                 at + 2);
        if (!is_flag(name)) {
            ZD_TEST_FAIL("'%s' names --%s, which is no flag", say, name);
        }
    }
}

/* The verb behind "zdepth ". */
static void require_true_verb(const char *say)
{
    char name[64];
    const char *at = strstr(say, "zdepth ");
    if (at != NULL) {
        snprintf(name, sizeof name, "%.*s", (int) strcspn(at + 7, " "), at + 7);
        REQUIRE(zd_verb_find(name) != NULL);
    }
}

static void habits_lead_to_what_there_is(void)
{
    static const struct {
        const char *typed;
        const char *say;
    } flags[] = { { "-i", "the footage is named without a flag" },
                  { "-ss", "write --from TIME" },
                  { "--crf", "write --quality N" },
                  { "--vf", "write --effect GRAPH" },
                  { "-an", "write --no-audio" },
                  { "--blur",
                    "write --effect zblur=radius=0.02, or --feather for the matte's edge" },
                  { "--far", "write --depth-in and --depth-out" },
                  { "-?", "write --help" },
                  { "--device", "depth is found on the processor; there is nothing to choose" } };
    static const char *const typed[] = { "-i",           "--input",     "-ss",
                                         "--ss",         "-to",         "-t",
                                         "--duration",   "-r",          "-framerate",
                                         "--frame-rate", "-c:v",        "-vcodec",
                                         "--encoder",    "-crf",        "--crf",
                                         "-pix_fmt",     "--pix-fmt",   "-vf",
                                         "--vf",         "--filter",    "-filter_complex",
                                         "-an",          "--mute",      "-x264-params",
                                         "--text",       "--caption",   "--image",
                                         "--logo",       "--overlay",   "--box",
                                         "--fontsize",   "--font-size", "--point-size",
                                         "--fill",       "--position",  "--gravity",
                                         "--blur",       "--threshold", "--near",
                                         "--far",        "--jobs",      "--silent",
                                         "--debug",      "--loglevel",  "-loglevel",
                                         "--usage",      "-?",          "--gpu",
                                         "--device" };
    static const char *const verbs[] = { "config", "convert", "download", "export",
                                         "gui",    "install", "list",     "mask",
                                         "new",    "overlay", "play",     "preview",
                                         "probe",  "run",     "segment",  "title" };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        REQUIRE_TEXT(zd_habit_of_flag(flags[i].typed), flags[i].say);
    }
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        const char *say = zd_habit_of_flag(typed[i]);
        if (say == NULL) {
            ZD_TEST_FAIL("'%s' is nobody's habit", typed[i]);
        }
        require_true_flags(say);
        require_true_verb(say);
        REQUIRE(strncmp(typed[i], "--", 2) != 0 || !is_flag(typed[i] + 2));
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        REQUIRE(zd_habit_of_verb(verbs[i]) != NULL && zd_verb_find(verbs[i]) == NULL);
        require_true_verb(zd_habit_of_verb(verbs[i]));
    }
    REQUIRE(zd_habit_of_flag("--feather") == NULL && zd_habit_of_flag("i") == NULL);
    REQUIRE(zd_habit_of_verb("composite") == NULL && zd_habit_of_verb("-i") == NULL);
    REQUIRE_TEXT(zd_habit_of_verb("gui"), "zdepth-studio is the desktop application");
}

static void near_words_are_meant(void)
{
    static const struct {
        const char *verb; /* NULL: a verb is looked for */
        const char *word;
        const char *meant;
    } cases[] = {
        { NULL, "compsite", "; did you mean zdepth composite?" },
        { NULL, "vew", "; did you mean zdepth view?" },
        { NULL, "qqqqqq", "" },
        { "matte", "feathre", "; did you mean --feather?" },
        { "matte", "dry-rnu", "; did you mean --dry-run?" },
        { "matte", "deselct", "; did you mean --deselect?" },
        { "matte", "qqqqqq", "" },
        { "cache", "feathre", "" },
        { "cache", "dry-rnu", "" },
        { "cache", "deselct", "" },
        { "look", "momnets", "; did you mean --moments?" },
        { "cache", "momnets", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char to[96];
        const char *found = cases[i].verb == NULL ? zd_meant_verb(cases[i].word, to, sizeof to)
                                                  : zd_meant_flag(zd_verb_find(cases[i].verb),
                                                                  cases[i].word, to, sizeof to);
        REQUIRE(found == to);
        REQUIRE_TEXT(to, cases[i].meant);
    }
}

static void letters_and_flags_are_pairs(void)
{
    static const char letters[] = "hoqvny";
    static const char *const names[] = { "help",    "output",     "quiet",
                                         "verbose", "no-clobber", "overwrite" };
    for (int i = 0; i < 6; i++) {
        REQUIRE_TEXT(zd_flag_of_letter(letters[i]), names[i]);
        REQUIRE_INT(zd_flag_letter(names[i]), letters[i]);
    }
    REQUIRE(zd_flag_of_letter('x') == NULL && zd_flag_letter("feather") == '\0');
    REQUIRE_INT(zd_flag_index(zd_global_flags, "help"), 0);
    REQUIRE_INT(zd_flag_index(zd_global_flags, "hel"), -1);
    REQUIRE_INT(zd_flag_index(NULL, "help"), -1);
}

/* The argument before a title's text, and the like: what follows is no word of its own. */
static void some_arguments_take_the_next(void)
{
    static const struct {
        const char *argument;
        bool takes;
    } cases[] = { { "--title", true },      { "--title=A", false },  { "--invert", false },
                  { "--no-invert", false }, { "-o", true },          { "-q", false },
                  { "--output", true },     { "--project", true },   { "--quiet", false },
                  { "--sheet", true },      { "--select", true },    { "--nosuch", false },
                  { "--", false },          { "title", false },      { "", false },
                  { "-", false },           { "--sheet-time", true } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (zd_args_takes_value(zd_verb_find("composite"), cases[i].argument) != cases[i].takes) {
            ZD_TEST_FAIL("'%s': %d expected", cases[i].argument, cases[i].takes);
        }
    }
    REQUIRE(!zd_args_takes_value(zd_verb_find("cache"), "--title"));
    REQUIRE(!zd_args_takes_value(zd_verb_find("cache"), "--select"));
}

static void messages_get_dashes_where_a_parameter_begins_them(void)
{
    static const struct {
        const char *said;
        const char *shown;
    } cases[] = {
        { "depth_in is 3; it must be less", "--depth-in is 3; it must be less" },
        { "feather: no", "--feather: no" },
        { "feather has two keys at 0 s", "--feather has two keys at 0 s" },
        { "feather has no value", "--feather has no value" },
        { "mode cannot change over time", "--mode cannot change over time" },
        { "feather hangs", "feather hangs" },
        { "feathers is 3", "feathers is 3" },
        { "the feather is 3", "the feather is 3" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(err.message, sizeof err.message, "%s", cases[i].said);
        zd_cli_name_flag(&err);
        REQUIRE_TEXT(err.message, cases[i].shown);
    }
}

static void callers_are_refused(void)
{
    zd_cli cli = { .ctx = ctx };
    zd_args args = { 0 };
    zd_batch batch = { 0 };
    zd_batch_clip clip = { 0 };
    REFUSED(zd_args_parse(&cli, NULL, 0, NULL, &args, &err), "verb != NULL && argc >= 0");
    REFUSED(zd_batch_open(ctx, &batch, &err), "batch->folder != NULL && batch->ending != NULL");
    REFUSED(zd_batch_note(&batch, &clip, &err), "clip->path != NULL && clip->output != NULL");
    REFUSED(zd_dry_run(&cli, &args, NULL, NULL, NULL, &err), "job != NULL && runner != NULL");
    REFUSED(zd_target_is_ours("x", NULL, "a project", &err), "path != NULL && mark != NULL");
}

static void invariants(void)
{
    char small[4];
    zd_text out;
    zd_test_need_asserts();
    zd_text_init(&out, ctx);
    DIES(zd_cli_find_beside("zdepth-studio", small, sizeof small));
    DIES(zd_lengths_resolve(&out, "1px", NULL, 0, false));
    DIES(zd_cli_flag_name(ZD_PARAM_COUNT, small));
    zd_text_release(&out);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(lengths_become_fractions);
    RUN(terminals_are_not_obeyed);
    RUN(long_lines_are_whole);
    RUN(clocks_are_read);
    RUN(progress_tells_rate_and_what_is_left);
    RUN(a_new_stage_begins_anew);
    RUN(progress_begins_as_its_stream_is);
    RUN(habits_lead_to_what_there_is);
    RUN(near_words_are_meant);
    RUN(letters_and_flags_are_pairs);
    RUN(some_arguments_take_the_next);
    RUN(messages_get_dashes_where_a_parameter_begins_them);
    RUN(callers_are_refused);
    RUN(invariants);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
