/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Names that stand for many files: how they are read, matched, sorted, numbered, filled up and made, and
 * whether one output would write over another's input. Files are empty: only names count. */

#include "media/sequence.h"
#include "media_test.h"

/* ---- names ---- */

static void marks_are_found(void)
{
    static const struct {
        const char *path;
        const char *after; /* NULL: it is no pattern */
        int before;
        int width;
    } cases[] = {
        { "a/shot.%04d.exr", ".exr", 7, 4 },
        { "%d.png", ".png", 0, 1 },
        { "x%0d", "", 1, 1 },
        { "x%18d.png", ".png", 1, 18 },
        { "x%19d.png", NULL, 0, 0 },
        { "x%99999999999d.png", NULL, 0, 0 },
        { "a.####.dpx", ".dpx", 2, 4 },
        { "a.##.dpx", ".dpx", 2, 2 },
        { "a#b.dpx", NULL, 0, 0 },
        { "a.##################.p", ".p", 2, 18 },
        { "a.###################.p", NULL, 0, 0 },
        { "a.$F4.exr", ".exr", 2, 4 },
        { "a.$F.exr", ".exr", 2, 1 },
        { "a.$G.exr", NULL, 0, 0 },
        { "a%d_%d.png", NULL, 0, 0 },
        { "a%d_##.png", NULL, 0, 0 },
        { "50%.png", NULL, 0, 0 },
        { "50%_%d.png", NULL, 0, 0 },
        { "a%04i.png", NULL, 0, 0 },
        { "a%4d/plain.png", NULL, 0, 0 },
        { "f##/a%03d.png", ".png", 5, 3 },
        { "", NULL, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t before = 77;
        const char *after = NULL;
        int width = 77;
        bool is_pattern = zd_sequence_split(cases[i].path, &before, &after, &width);
        if (is_pattern != (cases[i].after != NULL)) {
            ZD_TEST_FAIL("'%s' is %sa pattern", cases[i].path, is_pattern ? "" : "not ");
        }
        if (is_pattern) {
            REQUIRE_TEXT(after, cases[i].after);
            REQUIRE_INT(before, cases[i].before);
            REQUIRE_INT(width, cases[i].width);
        }
    }
}

static void names_are_made(void)
{
    char name[64];
    REQUIRE(zd_sequence_expand("a/s.%04d.exr", 7, name, sizeof name));
    REQUIRE_TEXT(name, "a/s.0007.exr");
    REQUIRE(zd_sequence_expand("s.####.exr", 12345, name, sizeof name));
    REQUIRE_TEXT(name, "s.12345.exr");
    REQUIRE(zd_sequence_expand("s$F3.exr", -5, name, sizeof name));
    REQUIRE_TEXT(name, "s-05.exr");
    REQUIRE(!zd_sequence_expand("s.exr", 1, name, sizeof name));
    REQUIRE_OK(zd_sequence_name("s.exr", 1, name, sizeof name, &err));
    REQUIRE_TEXT(name, "s.exr");
    REQUIRE_OK(zd_sequence_name("s%d.exr", 10, name, sizeof name, &err));
    REQUIRE_TEXT(name, "s10.exr");
    REQUIRE_FAILS(zd_sequence_name("s%d_%d.exr", 1, name, sizeof name, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "'s%d_%d.exr' is not a sequence; write its number as %d or %04d, once");
    REQUIRE_OK(zd_sequence_name("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, name, sizeof name,
                                &err)); /* 40 and 24 */
    REQUIRE_FAILS(
        zd_sequence_name("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, name, sizeof name, &err),
        ZD_ERR_LIMIT, "the name 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is too long");
}

/* ---- folders ---- */

static void touch(const char *folder, const char *name)
{
    write_bytes(in_scratch("%s/%s", folder, name), "", 0);
}

static zd_sequence list(const char *path, zd_missing_frame missing)
{
    zd_sequence s;
    REQUIRE_OK(zd_sequence_init(&s, ctx, in_scratch("%s", path), missing, &err));
    return s;
}

/* The names in order, parted by blanks. */
static void require_files(const zd_sequence *s, const char *expected)
{
    char found[512] = "";
    for (size_t i = 0; i < s->count; i++) {
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i > 0 ? " " : "",
                 strrchr(s->files[i], '/') + 1);
    }
    REQUIRE_TEXT(found, expected);
}

/* In what is expected '@' stands for the path, '~' for the scratch folder. */
static void fails(const char *path, zd_missing_frame missing, zd_status code, const char *expected)
{
    zd_sequence s;
    char said[1024] = "";
    const char *full = in_scratch("%s", path);
    zd_status status = zd_sequence_init(&s, ctx, full, missing, &err);
    zd_sequence_finish(&s);
    REQUIRE_INT(status, code);
    for (const char *at = expected; *at != '\0'; at++) {
        const char one[2] = { *at, '\0' };
        strcat(said, *at == '@' ? full : *at == '~' ? scratch : one);
    }
    REQUIRE_TEXT(err.message, said);
}

static void make_folder(const char *name, const char *const *files)
{
    REQUIRE(mkdir(in_scratch("%s", name), 0700) == 0);
    for (; *files != NULL; files++) {
        touch(name, *files);
    }
}

static void patterns_take_numbers_as_printf_writes_them(void)
{
    static const char *const files[] = {
        "a.0009.png",     "a.0010.png",  "a.0011.png", "a.00012.png", "a.13.png",   "a.12345.png",
        "a.-001.png",     ".a.0013.png", "a.001x.png", "a..png",      "b.0012.png", "a.0012.jpg",
        "a.0014.png.bak", "a.9.png",     "a.10.png",   "a.011.png",   NULL
    };
    make_folder("printf", files);
    zd_sequence s = list("printf/a.%04d.png", ZD_MISSING_HOLD);
    require_files(&s, "a.-001.png a.0009.png a.0010.png a.0011.png a.12345.png");
    REQUIRE(s.numbers[0] == -1 && s.numbers[1] == 9 && s.numbers[4] == 12345);
    REQUIRE_INT(s.step, 1);
    REQUIRE_INT(s.lacking, 9 + 12345 - 12);
    REQUIRE_INT(s.frames, 12347);
    REQUIRE(s.is_held);
    REQUIRE(zd_sequence_file(&s, 0) == s.files[0] && zd_sequence_file(&s, 9) == s.files[0] &&
            zd_sequence_file(&s, 10) == s.files[1]);
    REQUIRE(zd_sequence_file(&s, 12) == s.files[3] && zd_sequence_file(&s, 12345) == s.files[3] &&
            zd_sequence_file(&s, 12346) == s.files[4]);
    zd_sequence_finish(&s);
    s = list("printf/a.%d.png", ZD_MISSING_HOLD);
    require_files(&s, "a.9.png a.10.png a.13.png a.12345.png");
    zd_sequence_finish(&s);
    fails(
        "printf/a.%04d.png", ZD_MISSING_FAIL, ZD_ERR_IO,
        "'@' lacks frame 0 ('a.0000.png'); put it back, or hold the frame before it with --no-strict");
    fails("printf/c.%04d.png", ZD_MISSING_FAIL, ZD_ERR_IO, "no file matches '@'");
    fails("none/c.%04d.png", ZD_MISSING_FAIL, ZD_ERR_IO,
          "cannot open the folder '~/none/': No such file or directory");
}

static void steps_are_what_all_distances_share(void)
{
    static const char *const files[] = { "s10.png", "s14.png", "s20.png",      "t1.png", "t3.png",
                                         "u5.png",  "v0.png",  "v1000002.png", NULL };
    make_folder("steps", files);
    zd_sequence s = list("steps/s%d.png", ZD_MISSING_HOLD);
    REQUIRE_INT(s.step, 2);
    REQUIRE_INT(s.lacking, 1 + 2);
    REQUIRE_INT(s.frames, 6);
    REQUIRE(zd_sequence_file(&s, 1) == s.files[0] && zd_sequence_file(&s, 2) == s.files[1] &&
            zd_sequence_file(&s, 4) == s.files[1] && zd_sequence_file(&s, 5) == s.files[2]);
    zd_sequence_finish(&s);
    fails(
        "steps/s%d.png", ZD_MISSING_FAIL, ZD_ERR_IO,
        "'@' lacks frame 12 ('s12.png'); put it back, or hold the frame before it with --no-strict");
    s = list("steps/t%d.png", ZD_MISSING_HOLD); /* two files have no step */
    REQUIRE(s.step == 1 && s.frames == 3 && s.lacking == 1);
    zd_sequence_finish(&s);
    s = list("steps/u%d.png", ZD_MISSING_FAIL);
    REQUIRE(s.step == 1 && s.frames == 1 && !s.is_held && s.numbers[0] == 5);
    REQUIRE(zd_sequence_file(&s, 0) == s.files[0]);
    zd_sequence_finish(&s);
    fails("steps/v%d.png", ZD_MISSING_HOLD, ZD_ERR_LIMIT,
          "'@' lacks 1000001 frames; at most 1000000 are held: part it by its numbers");
}

static void folders_hold_one_series(void)
{
    static const char *const one[] = { "shot_v2_0099.exr",
                                       "shot_v2_0100.exr",
                                       "shot_v2_0101.EXR",
                                       "notes.txt",
                                       ".shot_v2_0102.exr",
                                       "thumbs.db",
                                       NULL };
    static const char *const two[] = { "a1.png", "a2.png", "b1.png", NULL };
    static const char *const kinds[] = { "p1.bmp", "p2.bmp", NULL };
    static const char *const none[] = { "x.txt", "movie.mp4", "y.nut", NULL };
    make_folder("one", one);
    fails(
        "one", ZD_MISSING_FAIL, ZD_ERR_INVALID_ARGUMENT,
        "the folder '@' holds more than one sequence ('shot_v2_0099.exr' and 'shot_v2_0101.EXR'); give a pattern such as 'name.%04d.png'");
    REQUIRE(rename(in_scratch("one/shot_v2_0101.EXR"), in_scratch("one/shot_v2_0103.exr")) == 0);
    zd_sequence s = list("one", ZD_MISSING_HOLD);
    require_files(&s, "shot_v2_0099.exr shot_v2_0100.exr shot_v2_0103.exr");
    REQUIRE(s.numbers[2] == 103 && s.frames == 5 && s.lacking == 2);
    zd_sequence_finish(&s);
    fails(
        "one", ZD_MISSING_FAIL, ZD_ERR_IO,
        "'@' lacks frame 101 ('shot_v2_0101.exr'); put it back, or hold the frame before it with --no-strict");
    make_folder("two", two);
    fails(
        "two", ZD_MISSING_HOLD, ZD_ERR_INVALID_ARGUMENT,
        "the folder '@' holds more than one sequence ('a1.png' and 'b1.png'); give a pattern such as 'name.%04d.png'");
    make_folder("kinds", kinds);
    s = list("kinds", ZD_MISSING_FAIL);
    REQUIRE_INT(s.count, 2);
    zd_sequence_finish(&s);
    make_folder("nothing", none);
    fails("nothing", ZD_MISSING_FAIL, ZD_ERR_IO, "the folder '@' holds no pictures");
    for (size_t i = 0; i < 8; i++) {
        static const char *const read[] = {
            "bmp", "tga", "DPX", "pfm", "webp", "ppm", "pgm", "hdr"
        };
        touch("nothing", in_scratch("1.%s", read[i]) + strlen(scratch) + 1);
        s = list("nothing", ZD_MISSING_FAIL);
        REQUIRE_INT(s.count, 1);
        zd_sequence_finish(&s);
        REQUIRE(remove(in_scratch("nothing/1.%s", read[i])) == 0);
    }
}

/* Globs take what they match in natural order; the numbers count when all else agrees. */
static void globs_are_in_natural_order(void)
{
    static const char *const files[] = { "f2.png",      "f10.png",     "f1.png",
                                         "g1.png",      ".f3.png",     "h.png",
                                         "take2_b.png", "take1_c.png", NULL };
    make_folder("globs", files);
    zd_sequence s = list("globs/f*.png", ZD_MISSING_HOLD);
    require_files(&s, "f1.png f2.png f10.png");
    REQUIRE(s.numbers != NULL && s.frames == 10);
    zd_sequence_finish(&s);
    s = list("globs/[fg]*.png",
             ZD_MISSING_FAIL); /* two series: one after the other, without numbers */
    require_files(&s, "f1.png f2.png f10.png g1.png");
    REQUIRE(s.numbers == NULL && s.frames == 4 && s.step == 1 && s.lacking == 0);
    zd_sequence_finish(&s);
    s = list("globs/?.png", ZD_MISSING_FAIL);
    require_files(&s, "h.png");
    REQUIRE(s.numbers == NULL);
    zd_sequence_finish(&s);
    s = list("globs/take*.png", ZD_MISSING_FAIL);
    REQUIRE(s.count == 2 && s.numbers == NULL); /* b and c differ */
    zd_sequence_finish(&s);
    fails("globs/z*.png", ZD_MISSING_FAIL, ZD_ERR_IO, "no file matches '@'");
}

static void paths_of_many_files_are_told(void)
{
    static const char *const files[] = { "odd[1].png", "plain.png", NULL };
    make_folder("paths", files);
    REQUIRE(zd_sequence_is_path(in_scratch("paths")));
    REQUIRE(zd_sequence_is_path(in_scratch("paths/a%%04d.png")));
    REQUIRE(zd_sequence_is_path(in_scratch("paths/a*.png")));
    REQUIRE(zd_sequence_is_path(in_scratch("paths/a?.png")));
    REQUIRE(zd_sequence_is_path(in_scratch("paths/[ab].png")));
    REQUIRE(!zd_sequence_is_path(in_scratch("paths/plain.png")));
    REQUIRE(!zd_sequence_is_path(in_scratch("paths/none.png")));
    REQUIRE(!zd_sequence_is_path(in_scratch("paths/odd[1].png"))); /* a file of that very name */
    REQUIRE(!zd_sequence_is_path(in_scratch("no*such/none.png"))); /* only names are patterns */
}

/* 200 files: the list grows, and is sorted by numbers and not by names. */
static void many_files_are_in_order(void)
{
    REQUIRE(mkdir(in_scratch("many"), 0700) == 0);
    for (int i = 199; i >= 0; i--) {
        touch("many", in_scratch("x%d.png", i * 7) + strlen(scratch) + 1);
    }
    zd_sequence s = list("many/x%d.png", ZD_MISSING_FAIL);
    REQUIRE(s.count == 200 && s.step == 7 && s.frames == 200);
    for (int i = 0; i < 200; i++) {
        REQUIRE_INT(s.numbers[i], i * 7);
        REQUIRE_TEXT(s.files[i], in_scratch("many/x%d.png", i * 7));
    }
    zd_sequence_finish(&s);
    REQUIRE(s.files == NULL && s.count == 0);
    zd_sequence_finish(&s);
}

static void outputs_over_inputs_are_found(void)
{
    static const char *const files[] = { "in.0005.png", "in.0006.png", "h.png", NULL };
    bool overlaps = true;
    int64_t number = -1;
    make_folder("over", files);
    zd_sequence s = list("over/in.%04d.png", ZD_MISSING_FAIL);
    REQUIRE_OK(
        zd_sequence_overlaps(&s, in_scratch("over/out.%%04d.png"), &overlaps, &number, &err));
    REQUIRE(!overlaps);
    REQUIRE_OK(zd_sequence_overlaps(&s, in_scratch("over/in.####.png"), &overlaps, &number, &err));
    REQUIRE(overlaps && number == 5);
    REQUIRE_OK(zd_sequence_overlaps(&s, in_scratch("over/in.0006.png"), &overlaps, &number, &err));
    REQUIRE(overlaps && number == 6);
    zd_sequence_finish(&s);
    REQUIRE_OK(zd_sequence_init_single(&s, ctx, in_scratch("over/h.png"), &err));
    REQUIRE(s.count == 1 && s.frames == 1 && s.step == 1 && s.numbers == NULL);
    REQUIRE_OK(zd_sequence_overlaps(&s, in_scratch("over/h.png"), &overlaps, &number, &err));
    REQUIRE(overlaps && number == 0);
    zd_sequence_finish(&s);
}

static void missing_frames_are_told_once(void)
{
    static const char *const files[] = { "m1.png", "m2.png", "m5.png", NULL };
    char said[600];
    make_folder("told", files);
    const char *path = in_scratch("told/m%%d.png");
    zd_sequence s = list("told/m%d.png", ZD_MISSING_HOLD);
    int before = warnings;
    zd_sequence_warn(&s, path);
    REQUIRE_INT(warnings, before + 1);
    snprintf(said, sizeof said, "'%s' lacks 2 frames; the frame before is held for each", path);
    REQUIRE_TEXT(last_warning, said);
    zd_sequence_finish(&s);
    REQUIRE_OK(zd_sequence_init_single(&s, ctx, path, &err));
    zd_sequence_warn(&s, path);
    REQUIRE_INT(warnings, before + 1);
    zd_sequence_finish(&s);
}

static void memory_may_fail(void)
{
    zd_status status = ZD_ERR_NO_MEMORY;
    const char *path = in_scratch("many/x%%d.png");
    for (long n = 1; status != ZD_OK && n < 1000; n += n < 10 ? 1 : 37) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *failing = zd_test_context_failing(&memory);
        zd_sequence s;
        if (failing == NULL) {
            continue;
        }
        status = zd_sequence_init(&s, failing, path, ZD_MISSING_FAIL, &err);
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        zd_sequence_finish(&s);
        zd_context_destroy(&failing);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE_INT(status, ZD_OK);
}

int main(void)
{
    media_begin(1);
    RUN(marks_are_found);
    RUN(names_are_made);
    RUN(patterns_take_numbers_as_printf_writes_them);
    RUN(steps_are_what_all_distances_share);
    RUN(folders_hold_one_series);
    RUN(globs_are_in_natural_order);
    RUN(paths_of_many_files_are_told);
    RUN(many_files_are_in_order);
    RUN(outputs_over_inputs_are_found);
    RUN(missing_frames_are_told_once);
    RUN(memory_may_fail);
    return media_end();
}
