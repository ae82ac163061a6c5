/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a writer refuses before it writes, what it sweeps away, what is told of a damaged EXR, what it keeps of
 * texts, and what says that files are still the same. */

#include "core/file.h"
#include "media/identity.h"
#include "media_test.h"

static zd_status open_like(const char *path, const char *input, const char *source,
                           zd_writer **writer)
{
    zd_reader_info like = footage(16, 8);
    zd_writer_params params = { .like = &like, .source_path = source };
    like.path = input;
    *writer = NULL;
    return zd_writer_open(ctx, path, &params, writer, &err);
}

static void inputs_are_not_written_over(void)
{
    zd_writer *writer = NULL;
    char said[1200];
    char input[400];
    char one[400];
    snprintf(input, sizeof input, "%s", in_scratch("in.%%03d.png"));
    snprintf(one, sizeof one, "%s", in_scratch("in.004.png"));
    make_movie(input, (zd_writer_params){ .first_number = 3 }, 16, 8, 3);
    snprintf(said, sizeof said,
             "the output '%s' would write over frame 4 of the input '%s'; give it another name or "
             "folder",
             one, input);
    REQUIRE_FAILS(open_like(one, input, NULL, &writer), ZD_ERR_INVALID_ARGUMENT, said);
    REQUIRE_FAILS(open_like(one, in_scratch("none.png"), input, &writer), ZD_ERR_INVALID_ARGUMENT,
                  said);
    snprintf(said, sizeof said, "the output '%s' is the input itself; give it another name", one);
    REQUIRE_FAILS(open_like(one, one, NULL, &writer), ZD_ERR_INVALID_ARGUMENT, said);
    REQUIRE_FAILS(open_like(one, in_scratch("none.png"), one, &writer), ZD_ERR_INVALID_ARGUMENT,
                  said);
    REQUIRE_OK(open_like(in_scratch("in.007.png"), input, input, &writer));
    zd_writer_abort(&writer);
    REQUIRE(writer == NULL);
    REQUIRE_OK(open_like(in_scratch("out.%%03d.png"), input, NULL, &writer));
    zd_writer_abort(&writer);
    REQUIRE_INT(count_files("in."), 3);
}

static void folders_and_what_was_left(void)
{
    zd_writer *writer = NULL;
    char said[600];
    char folder[400];
    snprintf(folder, sizeof folder, "%s", in_scratch("folder.mkv"));
    REQUIRE_INT(mkdir(folder, 0777), 0);
    snprintf(said, sizeof said, "cannot write '%s': it is a folder", folder);
    REQUIRE_FAILS(open_like(folder, "", NULL, &writer), ZD_ERR_IO, said);
    zd_part part;
    char left[400];
    snprintf(left, sizeof left, "%s", in_scratch("swept.mkv"));
    REQUIRE_OK(zd_part_create(ctx, left, &part, &err));
    REQUIRE_INT(count_files("swept"), 1);
    char kept[400];
    snprintf(kept, sizeof kept, "%s", part.path);
    zd_part_discard(ctx, &part);
    write_bytes(kept, "left", 4); /* as a killed run leaves it */
    REQUIRE_INT(count_files("swept"), 1);
    REQUIRE_OK(open_like(left, "", NULL, &writer));
    zd_writer_abort(&writer);
    REQUIRE_INT(count_files("swept"), 0);
}

static bool holds(const char *path, const char *text)
{
    zd_mapping file;
    bool found = false;
    REQUIRE_OK(zd_file_map(path, &file, &err));
    for (size_t i = 0; !found && i + strlen(text) <= file.bytes; i++) {
        found = memcmp((const char *) file.data + i, text, strlen(text)) == 0;
    }
    zd_file_unmap(&file);
    return found;
}

static void texts_and_damage_of_exr(void)
{
    static const char *const texts[] = { "maker", "somebody", "second", "of two", NULL };
    char path[400];
    zd_mapping file;
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    snprintf(path, sizeof path, "%s", in_scratch("kept.exr"));
    make_movie(path, (zd_writer_params){ .metadata = texts }, 16, 8, 1);
    for (int i = 0; i < 4; i++) {
        REQUIRE(holds(path, texts[i]));
    }
    REQUIRE_OK(zd_file_map(path, &file, &err));
    for (size_t cut = file.bytes / 2; cut < file.bytes; cut += 60) {
        write_bytes(in_scratch("cut.exr"), file.data, cut);
        zd_status status = zd_reader_open(ctx, in_scratch("cut.exr"), NULL, &reader, &err);
        if (status == ZD_OK) {
            status = zd_reader_next(reader, &frame, &err);
            zd_frame_unref(&frame);
        }
        zd_reader_close(&reader);
        REQUIRE(status != ZD_OK);
        REQUIRE(strstr(err.message, "cut.exr' is damaged: ") != NULL);
        REQUIRE(strpbrk(err.message, "\r\n") == NULL);
        if (cut == file.bytes / 2) {
            REQUIRE(strstr(err.message, "'channels'") != NULL); /* what the library said of it */
        }
    }
    zd_file_unmap(&file);
}

static zd_digest identity_of(const char *path, bool known)
{
    zd_hasher hasher;
    zd_digest digest;
    zd_hasher_init(&hasher);
    REQUIRE_INT(zd_media_identify(ctx, path, &hasher), known);
    zd_hasher_finish(&hasher, &digest);
    return digest;
}

static bool is_same(zd_digest a, zd_digest b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void files_have_an_identity(void)
{
    char many[400];
    char one[400];
    snprintf(many, sizeof many, "%s", in_scratch("id.%%02d.png"));
    snprintf(one, sizeof one, "%s", in_scratch("id.01.png"));
    make_movie(many, (zd_writer_params){ 0 }, 16, 8, 3);
    zd_digest before = identity_of(many, true);
    zd_digest first = identity_of(one, true);
    REQUIRE(is_same(before, identity_of(many, true)));
    REQUIRE(is_same(first, identity_of(one, true)));
    REQUIRE(!is_same(before, first));
    REQUIRE(!is_same(identity_of(NULL, true), first));
    REQUIRE(is_same(identity_of(NULL, true), identity_of(NULL, true)));
    (void) identity_of(in_scratch("nothing.png"), false);
    (void) identity_of(in_scratch("nothing.%%02d.png"), false);
    write_bytes(one, "something else", 14);
    REQUIRE(!is_same(before, identity_of(many, true)));
    REQUIRE(!is_same(first, identity_of(one, true)));
}

static void a_pfm_is_one_frame_of_light(void)
{
    static const char head[] = "PF\n3 2\n-1.0\n";
    unsigned char bytes[sizeof head - 1 + 72];
    float rows[18]; /* from below */
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(3, 2, 3, &image);
    for (int i = 0; i < 18; i++) {
        rows[i] = 0.05f * (float) (i + 1);
    }
    memcpy(bytes, head, sizeof head - 1);
    memcpy(bytes + sizeof head - 1, rows, sizeof rows);
    write_bytes(in_scratch("light.pfm"), bytes, sizeof bytes);
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("light.pfm"), NULL, &reader, &err));
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    const zd_frame_info *info = zd_frame_info_get(frame);
    REQUIRE_INT(info->pts, 0);
    REQUIRE_INT(info->duration, 1);
    REQUIRE_INT(info->index, 0);
    REQUIRE_INT(info->colour.transfer_id, 8);
    REQUIRE(info->colour.is_full_range);
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, 3, 2 }, view, &err));
    for (int i = 0; i < 18; i++) {
        REQUIRE_NEAR(zd_view_row_f32(view, 1 - i / 9)[i % 9], rows[i], 1e-6);
    }
    zd_frame_unref(&frame);
    REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
    zd_reader_close(&reader);
    zd_image_unref(&image);
}

/* The encoder's own reason, and not the name of its function that failed for it. */
static void a_refusal_has_its_reason(void)
{
    zd_reader_info like = footage(187, 133);
    zd_writer *writer = NULL;
    zd_writer_params params = { .like = &like, .codec = "ffvhuff" };
    REQUIRE_INT(zd_writer_open(ctx, in_scratch("odd.mkv"), &params, &writer, &err),
                ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strstr(err.message, "the encoder ffvhuff refuses 187x133 yuv420p") != NULL);
    REQUIRE(strstr(err.message, ": Width must be even") != NULL);
    REQUIRE(strstr(err.message, "ff_") == NULL);
    REQUIRE(writer == NULL);
}

int main(void)
{
    media_begin(2);
    RUN(inputs_are_not_written_over);
    RUN(folders_and_what_was_left);
    RUN(texts_and_damage_of_exr);
    RUN(files_have_an_identity);
    RUN(a_pfm_is_one_frame_of_light);
    RUN(a_refusal_has_its_reason);
    return media_end();
}
