/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How a farm's job is cut, its plan as a text, and the notes of what is done: by laws and numbers worked out by hand,
 * without a clip. */

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "farm/farm_internal.h"
#include "zd_test.h"

static zd_context *ctx;
static zd_error err;
static char folder[] = "/tmp/zdepth-farm-XXXXXX";

static zd_farm *new_farm(void)
{
    zd_farm *farm = zd_alloc_zeroed(ctx, 1, sizeof *farm);
    REQUIRE(farm != NULL);
    farm->ctx = ctx;
    zd_project_init(&farm->project, ctx);
    farm->folder = zd_strdup(ctx, folder);
    memset(farm->key, 'k', 64);
    return farm;
}

/* Two chunks of depth, the fit, three of pictures. */
static zd_farm *small_farm(void)
{
    zd_farm *farm = new_farm();
    farm->depth_count = 2;
    farm->depth[0] = (zd_farm_range){ 0, 9 };
    farm->depth[1] = (zd_farm_range){ 9, INT64_MAX };
    farm->picture_count = 3;
    farm->pictures[0] = (zd_farm_range){ 3, 6 };
    farm->pictures[1] = (zd_farm_range){ 6, 10 };
    farm->pictures[2] = (zd_farm_range){ 10, 14 };
    snprintf(farm->files, sizeof farm->files, "f00d");
    snprintf(farm->arithmetic, sizeof farm->arithmetic, "int8 of two kinds");
    snprintf(farm->job, sizeof farm->job, "cafe");
    return farm;
}

static void write_text(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    REQUIRE_OK(zd_file_write(ctx, path, text, strlen(text), &err));
}

static const char *read_text(const char *name)
{
    static char text[8192];
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    REQUIRE(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* ---- cutting ---- */

static void require_adjoining(const zd_farm_range *pieces, int count, int64_t first, int64_t end)
{
    REQUIRE(count >= 1);
    REQUIRE_INT(pieces[0].first, first);
    REQUIRE_INT(pieces[count - 1].end, end);
    for (int i = 1; i < count; i++) {
        REQUIRE_INT(pieces[i].first, pieces[i - 1].end);
        REQUIRE(pieces[i].first > pieces[i - 1].first);
    }
}

/* All frames once, in pieces of which none has two frames more than another. */
static void pieces_are_equal(void)
{
    static zd_farm_range pieces[ZD_FARM_CHUNKS];
    for (int frames = 1; frames < 40; frames++) {
        for (int chunks = 1; chunks < 45; chunks += 3) {
            for (int is_open = 0; is_open < 2; is_open++) {
                int64_t first = 7 * chunks - frames;
                zd_farm_range range = { first, is_open ? INT64_MAX : first + frames };
                int count = zd_farm_cut(range, is_open ? frames : 1000, chunks, pieces);
                REQUIRE_INT(count, frames < chunks ? frames : chunks);
                require_adjoining(pieces, count, first, range.end);
                for (int i = 0; i < count; i++) {
                    int64_t end = i + 1 < count ? pieces[i].end : first + frames;
                    REQUIRE(end - pieces[i].first == frames / count ||
                            end - pieces[i].first == (frames + count - 1) / count);
                }
            }
        }
    }
    REQUIRE_INT(zd_farm_cut((zd_farm_range){ 4, INT64_MAX }, 0, 3, pieces), 1);
    require_adjoining(pieces, 1, 4, INT64_MAX);
}

static zd_shot_list shots_at(const int *frames, int count, int64_t length)
{
    zd_shot_list list = { .ctx = ctx, .frame_count = length };
    for (int i = 0; i < count; i++) {
        REQUIRE_OK(zd_shot_list_add(&list, (zd_shot){ .first_frame = frames[i] }, &err));
    }
    return list;
}

typedef struct aligned {
    int shots[4]; /* -1 ends them */
    int64_t first;
    int64_t ends[4]; /* of the pieces before; 0 ends them */
    int64_t wanted[5];
    int64_t length;
} aligned;

static void check_aligned(const aligned *row, bool by_windows)
{
    zd_farm_range pieces[4];
    int shots = 0;
    int count = 0;
    int wanted = 0;
    int64_t first = row->first;
    while (shots < 4 && row->shots[shots] >= 0) {
        shots++;
    }
    for (; count < 4 && row->ends[count] != 0; count++) {
        pieces[count] = (zd_farm_range){ first, row->ends[count] };
        first = row->ends[count];
    }
    while (row->wanted[wanted] != 0) {
        wanted++;
    }
    zd_shot_list list = shots_at(row->shots, shots, row->length);
    int kept = by_windows ? zd_farm_align_windows(pieces, count, &list, row->length)
                          : zd_farm_align(pieces, count, &list);
    REQUIRE_INT(kept, wanted);
    require_adjoining(pieces, kept, row->first, row->wanted[wanted - 1]);
    for (int i = 0; i < kept; i++) {
        REQUIRE_INT(pieces[i].end, row->wanted[i]);
    }
    zd_shot_list_release(&list);
}

/* A border goes to the next shot's beginning, to the one before where both are as near. */
static void borders_go_to_shots(void)
{
    static const aligned rows[] = {
        { { 0, 10, 13, 30 }, 0, { 10, 20, 30, 40 }, { 10, 13, 30, 40 }, 40 },
        { { 0, 10, 13, 30 }, 5, { 12, 22, 40 }, { 13, 30, 40 }, 40 },
        { { 0, 10, 14, -1 }, 0, { 12, 24, 40 }, { 10, 14, 40 }, 40 },
        { { 0, 100, -1 }, 0, { 10, 20, 30, 40 }, { 40 }, 140 },
        { { 0, 10, 13, 30 }, 11, { 14, 17, 29 }, { 13, 29 }, 40 },
        { { 0, 7, -1 }, 0, { 20, 40, INT64_MAX }, { 7, INT64_MAX }, 60 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_aligned(&rows[i], false);
    }
}

/* Windows begin every 22 frames of a shot; for two frames at its end there is none. */
static void borders_go_to_windows(void)
{
    static const aligned rows[] = {
        { { 0, 50, -1 }, 0, { 30, 60, 90, 120 }, { 22, 50, 94, 120 }, 120 },
        { { 0, 50, -1 }, 0, { 48, 120 }, { 44, 120 }, 120 },
        { { 0, 46, -1 }, 0, { 44, 120 }, { 46, 120 }, 120 },
        { { 0, 47, -1 }, 0, { 44, 120 }, { 44, 120 }, 120 },
        { { 0, 50, -1 }, 0, { 117, 119 }, { 116, 119 }, 119 },
        { { 0, 50, -1 }, 0, { 117, 118 }, { 118 }, 118 },
        { { 0, -1 }, 0, { 10, 32, 33, INT64_MAX }, { 22, 44, INT64_MAX }, 100 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_aligned(&rows[i], true);
    }
}

/* ---- the plan ---- */

#define HEAD "zdepth farm 1\njob cafe\nfiles f00d\narithmetic int8 of two kinds\n"

static void plans_come_back(void)
{
    zd_text text;
    zd_farm *farm = small_farm();
    zd_farm *back = new_farm();
    zd_text_init(&text, ctx);
    zd_farm_write_plan(farm, &text);
    REQUIRE_OK(zd_text_finish(&text, "the plan", &err));
    REQUIRE_TEXT(text.data,
                 HEAD "depth 0 9\ndepth 9 all\npictures 3 6\npictures 6 10\npictures 10 14\n");
    REQUIRE_OK(zd_farm_parse_plan(back, "p", text.data, &err));
    REQUIRE_INT(back->depth_count, 2);
    REQUIRE_INT(back->picture_count, 3);
    REQUIRE(memcmp(back->depth, farm->depth, sizeof farm->depth) == 0);
    REQUIRE(memcmp(back->pictures, farm->pictures, sizeof farm->pictures) == 0);
    REQUIRE_TEXT(back->files, "f00d");
    REQUIRE_TEXT(back->job, "cafe");
    REQUIRE_TEXT(back->arithmetic, "int8 of two kinds");
    REQUIRE(back->scene == NULL);
    zd_text_release(&text);
    zd_farm_close(&back);
    zd_farm_close(&farm);
    zd_farm_close(&farm);
}

static void scenes_are_in_the_plan(void)
{
    char text[] =
        "zdepth farm 1\nscene /a b/c.zscene\njob -\nfiles 1\narithmetic -\npictures -2147483647 5\n";
    char copy[sizeof text];
    zd_text out;
    zd_farm *farm = new_farm();
    memcpy(copy, text, sizeof text);
    REQUIRE_OK(zd_farm_parse_plan(farm, "p", copy, &err));
    REQUIRE_TEXT(farm->scene, "/a b/c.zscene");
    zd_text_init(&out, ctx);
    zd_farm_write_plan(farm, &out);
    REQUIRE_TEXT(out.data, text);
    zd_text_release(&out);
    zd_farm_close(&farm);
}

static void damaged_plans_are_refused(void)
{
#define LONG "0123456789012345678901234567890123456789012345678901234567890123"
    static const struct {
        const char *text;
        int line;
    } rows[] = { { "zdepth farm 2\njob a\nfiles b\narithmetic -\npictures 0 1\n", 1 },
                 { HEAD "pictures 5 5\n", 5 },
                 { HEAD "pictures 0 9\npictures 10 12\n", 6 },
                 { HEAD "depth 0 9\ndepth 8 12\n", 6 },
                 { HEAD "pictures 0 9 10\n", 5 },
                 { HEAD "pictures 0 9x\n", 5 },
                 { HEAD "pictures 0\n", 5 },
                 { HEAD "pictures -2147483648 3\n", 5 },
                 { HEAD "pictures 0 all\npictures 9 12\n", 6 },
                 { HEAD "scene a.zscene\n", 5 },
                 { HEAD "scene /a\nscene /b\n", 6 },
                 { HEAD "hello\n", 5 },
                 { HEAD "files " LONG "5\n", 5 },
                 { HEAD "job a b\n", 5 },
                 { HEAD "depth 0 9\n", 5 },
                 { "zdepth farm 1\nfiles a\npictures 0 9\n", 3 },
                 { "zdepth farm 1\narithmetic -\npictures 0 9\n", 3 },
                 { "", 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[600];
        char said[200];
        zd_farm *farm = new_farm();
        snprintf(text, sizeof text, "%s", rows[i].text);
        snprintf(said, sizeof said,
                 "some/plan:%d: this is no plan of a farm; make one with zdepth farm plan",
                 rows[i].line);
        REQUIRE_FAILS(zd_farm_parse_plan(farm, "some/plan", text, &err), ZD_ERR_CORRUPT, said);
        zd_farm_close(&farm);
    }
}

/* A thousand chunks of a phase are read, and not one more. */
static void chunks_have_a_limit(void)
{
    static char text[40 * ZD_FARM_CHUNKS];
    for (int more = 0; more < 2; more++) {
        int used = snprintf(text, sizeof text, "%s", HEAD);
        for (int i = 0; i < ZD_FARM_CHUNKS + more; i++) {
            used +=
                snprintf(text + used, sizeof text - (size_t) used, "pictures %d %d\n", i, i + 1);
        }
        zd_farm *farm = new_farm();
        REQUIRE_INT(zd_farm_parse_plan(farm, "p", text, &err), more ? ZD_ERR_CORRUPT : ZD_OK);
        REQUIRE_INT(farm->picture_count, ZD_FARM_CHUNKS);
        zd_farm_close(&farm);
    }
}

static void phases_follow_each_other(void)
{
    static const zd_farm_phase phases[] = { ZD_FARM_DEPTH,    ZD_FARM_DEPTH,    ZD_FARM_FIT,
                                            ZD_FARM_PICTURES, ZD_FARM_PICTURES, ZD_FARM_PICTURES };
    zd_farm *farm = small_farm();
    REQUIRE_INT(zd_farm_task_count(farm), 6);
    for (int i = 0; i < 6; i++) {
        REQUIRE_INT(zd_farm_phase_of(farm, i), phases[i]);
    }
    farm->depth_count = 0;
    REQUIRE_INT(zd_farm_task_count(farm), 4);
    REQUIRE_INT(zd_farm_phase_of(farm, 0), ZD_FARM_FIT);
    REQUIRE_INT(zd_farm_phase_of(farm, 1), ZD_FARM_PICTURES);
    zd_farm_close(&farm);
}

static void folders_without_a_plan_are_refused(void)
{
    char said[200];
    zd_farm *farm = NULL;
    snprintf(said, sizeof said, "'%s' is no folder of a farm; make one with zdepth farm plan",
             folder);
    REQUIRE_FAILS(zd_farm_open(ctx, folder, &farm, &err), ZD_ERR_INVALID_ARGUMENT, said);
    REQUIRE(farm == NULL);
}

/* ---- what is done ---- */

static zd_farm_news look(const zd_farm *farm, int chunk)
{
    zd_farm_news news;
    memset(&news, 0x55, sizeof news);
    zd_farm_look(farm, chunk, &news);
    return news;
}

static void notes_tell_the_state(void)
{
    zd_farm *farm = small_farm();
    zd_farm_news done = { .frames = 123456789012, .seconds = 2.125, .bytes = 5 };
    REQUIRE_INT(look(farm, 3).state, ZD_FARM_MISSING);
    zd_farm_note_failure(farm, 3, "no \"room\" left");
    zd_farm_news news = look(farm, 3);
    REQUIRE_INT(news.state, ZD_FARM_FAILED);
    REQUIRE_TEXT(news.message, "no \"room\" left");
    write_text("parts/3.frames", "12345");
    REQUIRE_OK(zd_farm_note_done(farm, 3, &done, &err));
    news = look(farm, 3);
    REQUIRE_INT(news.state, ZD_FARM_DONE);
    REQUIRE_INT(news.frames, 123456789012);
    REQUIRE_NEAR(news.seconds, 2.125, 1e-9);
    REQUIRE_INT(news.bytes, 5);
    REQUIRE_INT(look(farm, 4).state, ZD_FARM_MISSING);
    write_text("parts/3.frames", "1234"); /* lost a byte; the failure before was taken back */
    REQUIRE_INT(look(farm, 3).state, ZD_FARM_MISSING);
    done.bytes = 0; /* of a sequence: it has no part */
    REQUIRE_OK(zd_farm_note_done(farm, 4, &done, &err));
    REQUIRE_INT(look(farm, 4).state, ZD_FARM_DONE);
    farm->key[63] = 'l'; /* of another plan */
    REQUIRE_INT(look(farm, 4).state, ZD_FARM_MISSING);
    zd_farm_close(&farm);
}

static void a_chunk_has_one_worker(void)
{
    int lock = -1;
    int other = 7;
    char said[200];
    zd_farm *farm = small_farm();
    snprintf(said, sizeof said, "another process works on chunk 5 of '%s'", folder);
    REQUIRE_OK(zd_farm_lock(farm, 5, &lock, &err));
    REQUIRE(lock >= 0);
    REQUIRE_INT(look(farm, 5).state, ZD_FARM_RUNNING);
    REQUIRE_FAILS(zd_farm_lock(farm, 5, &other, &err), ZD_ERR_IO, said);
    REQUIRE_INT(other, -1);
    close(lock);
    REQUIRE_INT(look(farm, 5).state, ZD_FARM_MISSING);
    REQUIRE_OK(zd_farm_lock(farm, 5, &lock, &err));
    close(lock);
    zd_farm_close(&farm);
}

/* Those that are missing are named with their states, twenty at most. */
static void phases_wait_for_each_other(void)
{
    char said[600];
    zd_farm *farm = small_farm();
    zd_farm_news done = { .frames = 1 };
    memset(farm->key, 'w', 64);
    snprintf(said, sizeof said,
             "'%s' is not so far: 2 chunks of the phase depth not done: 0 (missing), 1 (failed)",
             folder);
    zd_farm_note_failure(farm, 1, "why");
    REQUIRE_FAILS(zd_farm_need(farm, ZD_FARM_DEPTH, &err), ZD_ERR_MISSING, said);
    REQUIRE_OK(zd_farm_note_done(farm, 0, &done, &err));
    snprintf(said, sizeof said,
             "'%s' is not so far: 1 chunk of the phase depth not done: 1 (failed)", folder);
    REQUIRE_FAILS(zd_farm_need(farm, ZD_FARM_DEPTH, &err), ZD_ERR_MISSING, said);
    REQUIRE_OK(zd_farm_note_done(farm, 1, &done, &err));
    REQUIRE_OK(zd_farm_need(farm, ZD_FARM_DEPTH, &err));
    for (int i = 3; i < 24; i++) {
        farm->pictures[i] = (zd_farm_range){ 11 + i, 12 + i };
    }
    farm->picture_count = 24;
    for (int more = 0; more < 2; more++) {
        REQUIRE_INT(zd_farm_need(farm, ZD_FARM_PICTURES, &err), ZD_ERR_MISSING);
        REQUIRE(strstr(err.message, more ? "20 chunks of" : "24 chunks of") != NULL);
        REQUIRE_INT(strstr(err.message, ", ...") != NULL, !more);
        for (int i = 0; i < 4; i++) {
            REQUIRE_OK(zd_farm_note_done(farm, 3 + i, &done, &err));
        }
    }
    zd_farm_close(&farm);
}

static void borders_come_back(void)
{
    static const char *const damaged[] = { "\n7\n", "\n7\n6\n", "\n2\n6\n", "\n7\n15\n",
                                           "\n7\nx\n" };
    char text[200];
    char said[300];
    zd_farm *farm = small_farm();
    zd_farm *back = small_farm();
    farm->pictures[0].end = farm->pictures[1].first =
        3; /* a chunk without frames keeps its number */
    farm->pictures[1].end = farm->pictures[2].first = 14;
    REQUIRE_OK(zd_farm_write_borders(farm, &err));
    REQUIRE_OK(zd_farm_read_borders(back, &err));
    REQUIRE(memcmp(back->pictures, farm->pictures, sizeof farm->pictures) == 0);
    back->key[0] = 'o'; /* another plan's borders are not its own */
    back->pictures[0].end = back->pictures[1].first = 5;
    REQUIRE_OK(zd_farm_read_borders(back, &err));
    REQUIRE_INT(back->pictures[1].first, 5);
    snprintf(said, sizeof said, "'%s/state/borders' is damaged; remove it and do the fit again",
             folder);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        snprintf(text, sizeof text, "%s%s", farm->key, damaged[i]);
        write_text("state/borders", text);
        zd_farm_close(&back);
        back = small_farm();
        REQUIRE_FAILS(zd_farm_read_borders(back, &err), ZD_ERR_CORRUPT, said);
    }
    zd_farm_close(&back);
    zd_farm_close(&farm);
}

/* ---- schedulers ---- */

static void require_line(const char *name, const char *line)
{
    if (strstr(read_text(name), line) == NULL) {
        printf("'%s' has no '%s'\n", name, line);
        REQUIRE(false);
    }
}

static void schedulers_have_every_chunk_once(void)
{
    struct stat info;
    char path[200];
    zd_farm *farm = small_farm();
    REQUIRE_OK(zd_farm_write_scripts(farm, &err));
    require_line(
        "slurm.sh",
        "depth=$(sbatch --parsable --requeue --job-name=zdepth-depth --output=log/%x-%a.txt "
        "--array=0-1 \"$@\" task.sh \"$PWD\" chunk)\n");
    require_line("slurm.sh", "log/%x-%a.txt --dependency=afterok:$depth --array=2-2 ");
    require_line("slurm.sh", "log/%x-%a.txt --dependency=afterok:$fit --array=3-5 ");
    require_line("slurm.sh", "echo \"depth=$depth fit=$fit pictures=$pictures join=$join\"\n");
    require_line("Makefile", "DEPTH := state/0.done state/1.done\nFIT := state/2.done\n"
                             "PICTURES := state/3.done state/4.done state/5.done\n");
    require_line("openjd/template.yaml",
                 "  - name: Fit\n    dependencies:\n      - dependsOn: Depth\n");
    require_line("openjd/template.yaml", "          range: \"3-5\"\n");
    require_line("openjd/template.yaml",
                 "  - name: Join\n    dependencies:\n      - dependsOn: Pictures\n    script:\n");
    snprintf(path, sizeof path, "%s/slurm.sh", folder);
    REQUIRE(stat(path, &info) == 0 && (info.st_mode & 0777) == 0755);
    farm->depth_count = 0; /* no network: the fit waits for nothing */
    REQUIRE_OK(zd_farm_write_scripts(farm, &err));
    REQUIRE(strstr(read_text("slurm.sh"), "$depth") == NULL);
    require_line("slurm.sh", "log/%x-%a.txt --array=0-0 ");
    require_line(
        "Makefile",
        "DEPTH :=\nFIT := state/0.done\nPICTURES := state/1.done state/2.done state/3.done\n");
    require_line("openjd/template.yaml", "steps:\n  - name: Fit\n    parameterSpace:\n");
    zd_farm_close(&farm);
}

int main(void)
{
    char command[200];
    ctx = zd_test_context(1);
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("state", 0777) != 0 ||
        mkdir("parts", 0777) != 0 || mkdir("openjd", 0777) != 0 || chdir("/") != 0)
    {
        printf("no scratch folder\n");
        return 1;
    }
    RUN(pieces_are_equal);
    RUN(borders_go_to_shots);
    RUN(borders_go_to_windows);
    RUN(plans_come_back);
    RUN(scenes_are_in_the_plan);
    RUN(damaged_plans_are_refused);
    RUN(chunks_have_a_limit);
    RUN(phases_follow_each_other);
    RUN(folders_without_a_plan_are_refused);
    RUN(notes_tell_the_state);
    RUN(a_chunk_has_one_worker);
    RUN(phases_wait_for_each_other);
    RUN(borders_come_back);
    RUN(schedulers_have_every_chunk_once);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    REQUIRE_INT(system(command), 0);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
