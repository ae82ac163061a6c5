/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Hostile and unlucky input and output: each gives one clear line, and nothing is left behind. */

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "media/exr.h"
#include "media/map_reader.h"
#include "media_test.h"

/* Opens what must not open, and compares the message, in which @ stands for the path. */
static void require_refused(const char *path, zd_status status, const char *message)
{
    zd_reader *reader = NULL;
    char wanted[1200];
    size_t used = 0;
    for (const char *at = message; *at != '\0' && used + 600 < sizeof wanted; at++) {
        used += (size_t) (*at == '@' ? snprintf(wanted + used, 600, "%s", path)
                                     : snprintf(wanted + used, 2, "%c", *at));
    }
    zd_status got = zd_reader_open(ctx, path, NULL, &reader, &err);
    REQUIRE(reader == NULL);
    REQUIRE_TEXT(err.message, wanted);
    REQUIRE_INT(got, status);
}

static void test_no_movies_at_all(void)
{
    static const char text[] = "This is a letter to my aunt. It is not a movie.\n";
    require_refused("/nowhere/a.mp4", ZD_ERR_IO, "cannot open '@': No such file or directory");
    write_bytes(in_scratch("zero.mp4"), "", 0);
    require_refused(in_scratch("zero.mp4"), ZD_ERR_CORRUPT,
                    "'@' is empty: it has 0 bytes; copy it again");
    write_bytes(in_scratch("text.mp4"), text, sizeof text - 1);
    require_refused(in_scratch("text.mp4"), ZD_ERR_CORRUPT,
                    "'@' is not a movie or picture, or its beginning is damaged");
    mkdir(in_scratch("empty"), 0777);
    require_refused(in_scratch("empty"), ZD_ERR_IO, "the folder '@' holds no pictures");
    require_refused(in_scratch("none.%%04d.png"), ZD_ERR_IO, "no file matches '@'");
    require_refused(in_scratch("none*.png"), ZD_ERR_IO, "no file matches '@'");
}

/* A playlist may not lead us to other files, not even to its neighbours. */
static void test_playlists_are_not_followed(void)
{
    static const char text[] = "ffconcat version 1.0\nfile inner.mkv\n";
    make_movie(in_scratch("inner.mkv"), (zd_writer_params){ 0 }, 32, 16, 2);
    write_bytes(in_scratch("list.mp4"), text, sizeof text - 1);
    require_refused(in_scratch("list.mp4"), ZD_ERR_UNSUPPORTED,
                    "'@' is a list of other files (concat), which are not opened; name the movie "
                    "itself");
}

static long file_size(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (long) info.st_size : -1;
}

/* A movie that breaks off gives its whole frames and then says so, or only warns on request. */
static void require_cut_off(const char *path, const char *what)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    int given = 0;
    zd_status status;
    REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
    while ((status = zd_reader_next(reader, &frame, &err)) == ZD_OK) {
        zd_frame_unref(&frame);
        given++;
    }
    zd_reader_close(&reader);
    char wanted[900];
    snprintf(wanted, sizeof wanted,
             "'%s' %s: only its first %d frames can be read; copy it again, or take what is "
             "there with --no-strict",
             path, what, given);
    REQUIRE_TEXT(err.message, wanted);
    REQUIRE_INT(status, ZD_ERR_CORRUPT);
    REQUIRE(given >= 5 && given < 60);
    warnings = 0;
    int64_t taken = count_frames(path, &(zd_reader_params){ .damage = ZD_DAMAGE_TAKE });
    REQUIRE(taken >= given);
    REQUIRE_INT(warnings, 1);
}

static void test_cut_off_movies(void)
{
    static const char *const names[] = { "cut.mp4", "cut.mkv", "cut.mov" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = in_scratch("%s", names[i]);
        bool is_prores = strstr(path, ".mov") != NULL;
        make_movie(path,
                   (zd_writer_params){ .codec = is_prores ? "prores_ks" : NULL, .options = "g=5" },
                   64, 48, 60);
        REQUIRE(truncate(path, file_size(path) * 7 / 10) == 0);
        require_cut_off(path, "is cut off");
    }
}

static void test_cut_off_without_index(void)
{
    make_movie(in_scratch("late.mp4"), (zd_writer_params){ .options = "movflags=+write_colr" }, 64,
               48, 30);
    REQUIRE(truncate(in_scratch("late.mp4"), file_size(in_scratch("late.mp4")) / 2) == 0);
    require_refused(in_scratch("late.mp4"), ZD_ERR_CORRUPT,
                    "'@' is cut off or was never finished: its index (moov) is missing; copy or "
                    "export it again");
}

static void test_cut_off_stills(void)
{
    zd_writer_params params = { .alpha = ZD_ALPHA_STRAIGHT };
    static const char *const names[] = { "cut.png", "cut.tif", "cut.exr" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        zd_reader *reader = NULL;
        const char *path = in_scratch("%s", names[i]);
        make_movie(path, params, 64, 48, 1);
        REQUIRE(truncate(path, file_size(path) / 2) == 0);
        REQUIRE_INT(zd_reader_open(ctx, path, NULL, &reader, &err), ZD_ERR_CORRUPT);
        REQUIRE(strstr(err.message, path) != NULL);
        REQUIRE(strchr(err.message, '\n') == NULL);
    }
}

/* Two recordings in one stream: its clock is set back at the second, whose frames follow the first's one by one. */
static void test_a_clock_that_is_set_back(void)
{
    enum { FRAMES = 30 };
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    int64_t first = 0;
    make_movie(in_scratch("one.mp4"), (zd_writer_params){ 0 }, 64, 48, FRAMES);
    char command[1500];
    snprintf(command, sizeof command,
             "cd '%s' && ffmpeg -v error -i one.mp4 -c copy one.ts && cat one.ts one.ts > two.ts",
             scratch);
    REQUIRE_INT(system(command), 0);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("two.ts"), NULL, &reader, &err));
    for (int i = 0; i < 2 * FRAMES; i++) {
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        first = i == 0 ? zd_frame_time_us(frame) : first;
        REQUIRE_NEAR((double) (zd_frame_time_us(frame) - first), i * 1e6 / 24, 20.0);
        zd_frame_unref(&frame);
    }
    REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
    zd_reader_close(&reader);
}

/* Every byte of small files changed in turn: no crash, no leak, no endless loop. */
static void test_damaged_bytes(void)
{
    static const char *const names[] = { "d.exr", "d.png", "d.mkv" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = in_scratch("%s", names[i]);
        unsigned long long seed = i + 1;
        make_movie(path, (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT }, 24, 18, 1);
        long size = file_size(path);
        unsigned char *data = malloc((size_t) size);
        FILE *file = fopen(path, "rb");
        REQUIRE(file != NULL && fread(data, 1, (size_t) size, file) == (size_t) size);
        fclose(file);
        for (int round = 0; round < 150; round++) {
            size_t at = zd_test_random(&seed) % (size_t) size;
            unsigned char kept = data[at];
            data[at] = (unsigned char) zd_test_random(&seed);
            write_bytes(in_scratch("broken"), data, (size_t) size);
            data[at] = kept;
            zd_reader *reader = NULL;
            zd_frame *frame = NULL;
            if (zd_reader_open(ctx, in_scratch("broken"), NULL, &reader, &err) == ZD_OK) {
                for (int f = 0; f < 4 && zd_reader_next(reader, &frame, &err) == ZD_OK; f++) {
                    zd_frame_unref(&frame);
                }
            }
            zd_reader_close(&reader);
        }
        free(data);
    }
}

/* An EXR may claim 2048 bytes of pixels for each byte of its file and a MiB besides; found by widening the data
 * window of a small one. Four halves a pixel. */
static void test_how_much_an_exr_may_claim(void)
{
    enum { HEIGHT = 90, BYTES_A_PIXEL = 8 };
    static const char name[] =
        "dataWindow\0box2i\0\x10\0\0"; /* and the 0 that ends the text: 16 bytes follow */
    const char *path = in_scratch("claim.exr");
    make_movie(path, (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT, .is_half = true }, 7, HEIGHT,
               1);
    long size = file_size(path);
    unsigned char *data = malloc((size_t) size);
    FILE *file = fopen(path, "rb");
    REQUIRE(file != NULL && fread(data, 1, (size_t) size, file) == (size_t) size);
    fclose(file);
    unsigned char *window = memmem(data, (size_t) size, name, sizeof name);
    REQUIRE(window != NULL);
    int most = (int) ((size * 2048 + (1 << 20)) / (HEIGHT * BYTES_A_PIXEL));
    for (int over = 0; over < 2; over++) {
        zd_reader *reader = NULL;
        zd_frame *frame = NULL;
        int32_t last = most + over - 1; /* column */
        memcpy(window + sizeof name + 8, &last, sizeof last);
        write_bytes(path, data, (size_t) size);
        zd_status status = zd_reader_open(ctx, path, NULL, &reader, &err);
        status = status != ZD_OK ? status : zd_reader_next(reader, &frame, &err);
        REQUIRE_INT(status, ZD_ERR_CORRUPT);
        REQUIRE((strstr(err.message, "its header claims") != NULL) == (over == 1));
        zd_reader_close(&reader);
    }
    free(data);
}

static void test_size_limits(void)
{
    zd_context_params params = { .threads = 1, .max_dimension = 100 };
    zd_context *small = NULL;
    zd_reader *reader = NULL;
    char wanted[900];
    make_movie(in_scratch("wide.png"), (zd_writer_params){ 0 }, 16384, 2, 1);
    REQUIRE_INT(count_frames(in_scratch("wide.png"), NULL), 1);
    make_movie(in_scratch("dot.png"), (zd_writer_params){ 0 }, 1, 1, 1);
    REQUIRE_INT(count_frames(in_scratch("dot.png"), NULL), 1);
    REQUIRE_OK(zd_context_create(&params, &small, &err));
    snprintf(wanted, sizeof wanted, "'%s' is 16384x2; each side must be 1 to 100",
             in_scratch("wide.png"));
    REQUIRE_FAILS(zd_reader_open(small, in_scratch("wide.png"), NULL, &reader, &err), ZD_ERR_LIMIT,
                  wanted);
    zd_context_destroy(&small);
}

static void require_no_output(const char *path, zd_writer_params params, zd_status status,
                              const char *message)
{
    zd_reader_info like = footage(32, 16);
    zd_writer *writer = NULL;
    params.like = params.like != NULL ? params.like : &like;
    zd_status got = zd_writer_open(ctx, path, &params, &writer, &err);
    REQUIRE(writer == NULL);
    REQUIRE_TEXT(err.message, message);
    REQUIRE_INT(got, status);
}

static void test_outputs_that_cannot_be(void)
{
    char message[900];
    zd_reader_info like = footage(32, 16);
    require_no_output(
        "/nowhere/a.mp4", (zd_writer_params){ 0 }, ZD_ERR_IO,
        "cannot write '/nowhere/a.mp4': No such file or directory; make the folder '/nowhere' first");
    require_no_output(
        "/nowhere/a.%04d.png", (zd_writer_params){ 0 }, ZD_ERR_IO,
        "cannot write '/nowhere/a.0000.png': No such file or directory; make the folder '/nowhere' first");
    require_no_output(
        "/nowhere/a.%d.exr", (zd_writer_params){ 0 }, ZD_ERR_IO,
        "cannot write '/nowhere/a.0.exr': No such file or directory; make the folder '/nowhere' first");
    require_no_output(
        "a.xyz", (zd_writer_params){ 0 }, ZD_ERR_INVALID_ARGUMENT,
        "cannot tell the format of 'a.xyz' from its name; known endings are .mp4, "
        ".m4v, .mov, .mkv, .webm, .nut, .y4m, .png, .tif, .tiff, .exr, .pfm, .jpg, .jpeg");
    require_no_output("a.mp4", (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT }, ZD_ERR_UNSUPPORTED,
                      "'a.mp4' cannot hold alpha; use .mov, .webm or .mkv");
    require_no_output("a.mp4", (zd_writer_params){ .codec = "vhs" }, ZD_ERR_UNSUPPORTED,
                      "this FFmpeg has no video encoder 'vhs' for 'a.mp4'; `ffmpeg -encoders` "
                      "lists those it has");
    require_no_output("a.png", (zd_writer_params){ .has_quality = true, .quality = 7 },
                      ZD_ERR_INVALID_ARGUMENT,
                      "the encoder png takes no quality number; give its own options instead");
    require_no_output("a.mov",
                      (zd_writer_params){ .alpha = ZD_ALPHA_STRAIGHT, .pix_fmt = "yuv422p10le" },
                      ZD_ERR_INVALID_ARGUMENT,
                      "pixel format 'yuv422p10le' has no alpha; use one such as yuva444p10le or "
                      "rgba");
    require_no_output(in_scratch("o.mkv"),
                      (zd_writer_params){ .options = "warp=9", .options_trust = ZD_TRUST_FULL },
                      ZD_ERR_INVALID_ARGUMENT,
                      "neither the encoder libx264 nor the container matroska knows the option "
                      "'warp'");
    require_no_output(in_scratch("o.png"),
                      (zd_writer_params){ .options = "warp=9", .options_trust = ZD_TRUST_FULL },
                      ZD_ERR_INVALID_ARGUMENT, "the encoder png knows no option 'warp'");
    require_no_output(in_scratch("o.mkv"), (zd_writer_params){ .options = "novalue" },
                      ZD_ERR_INVALID_ARGUMENT,
                      "the encoder options 'novalue' must be written as key=value, with ':' "
                      "between several");
    snprintf(message, sizeof message, "'%s' cannot hold prores: ", in_scratch("o.mp4"));
    make_movie(in_scratch("self.mkv"), (zd_writer_params){ 0 }, 32, 16, 2);
    like.path = in_scratch("self.mkv");
    snprintf(message, sizeof message, "the output '%s' is the input itself; give it another name",
             like.path);
    require_no_output(like.path, (zd_writer_params){ .like = &like }, ZD_ERR_INVALID_ARGUMENT,
                      message);
    REQUIRE(symlink(like.path, in_scratch("alias.mkv")) == 0);
    snprintf(message, sizeof message, "the output '%s' is the input itself; give it another name",
             in_scratch("alias.mkv"));
    require_no_output(in_scratch("alias.mkv"), (zd_writer_params){ .like = &like },
                      ZD_ERR_INVALID_ARGUMENT, message);
    REQUIRE_INT(count_files(".part"), 0);
}

static void require_overlap(const char *output, const char *input, int frame)
{
    zd_reader_info like = footage(32, 16);
    char message[1900];
    like.path = input;
    snprintf(message, sizeof message,
             "the output '%s' would write over frame %d of the input '%s'; give it another name or "
             "folder",
             output, frame, input);
    message[sizeof err.message - 1] = '\0';
    require_no_output(output, (zd_writer_params){ .like = &like }, ZD_ERR_INVALID_ARGUMENT,
                      message);
}

static void test_frames_over_their_input(void)
{
    char folder[600];
    snprintf(folder, sizeof folder, "%s", in_scratch("over"));
    mkdir(folder, 0777);
    make_movie(in_scratch("over/f.%%d.png"), (zd_writer_params){ .first_number = 4 }, 32, 16, 2);
    require_overlap(in_scratch("over/../over/f.%%d.png"), folder, 4);
    require_overlap(in_scratch("over/f.5.png"), in_scratch("over/f.%%d.png"), 5);
    make_movie(in_scratch("over/a.0.png"), (zd_writer_params){ 0 }, 32, 16, 1);
    require_overlap(in_scratch("over/a.%%d.png"), in_scratch("over/a.0.png"), 0);
    make_movie(in_scratch("over/b.png"), (zd_writer_params){ 0 }, 32, 16, 1);
    make_movie(in_scratch("over/bb.png"), (zd_writer_params){ 0 }, 32, 16, 1);
    require_overlap(in_scratch("over/bb.png"), in_scratch("over/b*.png"), 1);
}

static void test_numbers_far_apart(void)
{
    zd_reader *reader = NULL;
    zd_reader_params hold = { .missing = ZD_MISSING_HOLD };
    char message[900];
    make_movie(in_scratch("far.1.png"), (zd_writer_params){ 0 }, 8, 8, 1);
    make_movie(in_scratch("far.999999999999999999.png"), (zd_writer_params){ 0 }, 8, 8, 1);
    snprintf(message, sizeof message,
             "'%s' lacks 999999999999999997 frames; at most 1000000 are held: part it by its "
             "numbers",
             in_scratch("far.%%d.png"));
    REQUIRE_FAILS(zd_reader_open(ctx, in_scratch("far.%%d.png"), &hold, &reader, &err),
                  ZD_ERR_LIMIT, message);
}

static void test_unwritable_folder(void)
{
    char path[600];
    char message[800];
    if (geteuid() == 0) {
        SKIP("the superuser may write anywhere");
    }
    mkdir(in_scratch("locked"), 0555);
    snprintf(path, sizeof path, "%s", in_scratch("locked/a.mp4"));
    snprintf(message, sizeof message, "cannot write '%s': Permission denied", path);
    require_no_output(path, (zd_writer_params){ 0 }, ZD_ERR_IO, message);
}

static void test_wrong_frame_size(void)
{
    zd_reader_info like = footage(32, 16);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_writer_params params = { .like = &like };
    zd_view view = new_picture(16, 16, 3, &image);
    REQUIRE_OK(zd_writer_open(ctx, in_scratch("w.mkv"), &params, &writer, &err));
    REQUIRE_FAILS(zd_writer_put_view(writer, view, 0, 1, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a frame of 16x16 cannot go into an output of 32x16");
    zd_writer_abort(&writer);
    zd_image_unref(&image);
}

/* A disk that is full: a child may only write files of 20 kB. The one line says so, and neither
 * the final name nor the partial one is left. */
static int write_until_full(const char *path)
{
    zd_reader_info like = footage(128, 128);
    zd_writer *writer = NULL;
    zd_image *image = NULL;
    zd_writer_params params = { .like = &like };
    zd_view view = new_picture(128, 128, 4, &image);
    zd_status status = zd_writer_open(ctx, path, &params, &writer, &err);
    for (int i = 0; i < 20 && status == ZD_OK; i++) {
        fill_noise(view, (unsigned long long) i);
        status = zd_writer_put_view(writer, view, i, 1, &err);
    }
    if (status == ZD_OK) {
        status = zd_writer_finish(&writer, &err);
    } else {
        zd_writer_abort(&writer);
    }
    bool ok = status == ZD_ERR_IO && strstr(err.message, "cannot write '") == err.message &&
              strstr(err.message, "File too large") != NULL;
    if (!ok) {
        printf("%s: %s (%s)\n", path, err.message, zd_status_name(status));
    }
    zd_image_unref(&image);
    return ok ? 0 : 1;
}

static void test_full_disk(void)
{
    static const char *const names[] = { "full.mkv", "full.mp4", "full.%03d.png", "full.%03d.exr",
                                         "full.%03d.tif" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = in_scratch("%s", names[i]);
        fflush(stdout);
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            struct rlimit limit = { 20000, 20000 };
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &limit);
            int outcome = write_until_full(path);
            fflush(stdout);
            _exit(outcome);
        }
        int outcome = -1;
        waitpid(child, &outcome, 0);
        REQUIRE(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
        REQUIRE_INT(count_files("full"), 0);
    }
}

static void test_bad_exr_files(void)
{
    zd_exr *exr = NULL;
    zd_map_reader *map = NULL;
    static const unsigned char magic_only[] = { 0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0, 0 };
    write_bytes(in_scratch("magic.exr"), magic_only, sizeof magic_only);
    REQUIRE_INT(zd_exr_open(ctx, in_scratch("magic.exr"), &exr, &err), ZD_ERR_CORRUPT);
    REQUIRE(strstr(err.message, "magic.exr' is damaged: ") != NULL);
    REQUIRE_INT(zd_map_reader_open(ctx, in_scratch("magic.exr"), NULL, &map, &err), ZD_ERR_CORRUPT);
    REQUIRE(exr == NULL && map == NULL);
}

int main(void)
{
    media_begin(1);
    RUN(test_no_movies_at_all);
    RUN(test_playlists_are_not_followed);
    RUN(test_cut_off_movies);
    RUN(test_cut_off_without_index);
    RUN(test_cut_off_stills);
    RUN(test_a_clock_that_is_set_back);
    RUN(test_damaged_bytes);
    RUN(test_how_much_an_exr_may_claim);
    RUN(test_size_limits);
    RUN(test_outputs_that_cannot_be);
    RUN(test_frames_over_their_input);
    RUN(test_numbers_far_apart);
    RUN(test_unwritable_folder);
    RUN(test_wrong_frame_size);
    RUN(test_full_disk);
    RUN(test_bad_exr_files);
    return media_end();
}
