/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The models that can be installed. Hashes are those that independent projects pinned for the
 * published files. Only Small is published as safetensors; a pickle can run any program when it is
 * opened, so the others are converted by whoever trusts their source. */

#include <assert.h>
#include <string.h>

#include "models/model_store.h"
#include "models/model_table_file.h"

/* Of one commit, the last with this landmark network. */
static const zd_model_part face_parts[ZD_MODEL_PARTS] = {
    { "mediapipe/modules/face_detection/face_detection_short_range.tflite", 229032,
      "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633" },
    { "mediapipe/modules/face_landmark/face_landmark.tflite", 1241896,
      "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1" },
};

/* What a row does not say: a size or hash that is not known, an answer that the file itself gives. Texts are
 * never NULL. */
static const zd_model_entry entries[] = {
    {
        .name = "embedded",
        .title = "Zdepth's own small network",
        .repository = "",
        .revision = "",
        .file = "zdepth-embedded.safetensors",
        .sha256 = "",
        .licence = "research sets (models/README.md)",
        .source = ZD_MODEL_SHIPPED,
    },
    {
        .name = "embedded-permissive",
        .title = "the same network without research sets",
        .repository = "",
        .revision = "",
        .file = "zdepth-embedded-permissive.safetensors",
        .sha256 = "",
        .licence = "Apache-2.0 (models/README.md)",
        .is_permissive = true,
        .source = ZD_MODEL_SHIPPED,
    },
    {
        .name = "embedded-faces",
        .title = "Zdepth's own face detector and landmarks, for face analysis",
        .repository = "",
        .revision = "",
        .file = "zdepth-face.safetensors",
        .sha256 = "",
        .licence = "Apache-2.0 (models/README.md)",
        .is_permissive = true,
        .source = ZD_MODEL_SHIPPED,
        .finds_faces = true,
    },
    {
        .name = "embedded-styles",
        .title = "Zdepth's own styles of painting, for the effect zstyle",
        .repository = "",
        .revision = "",
        .file = "zdepth-style.safetensors",
        .sha256 = "",
        .licence = "Apache-2.0 (models/README.md)",
        .is_permissive = true,
        .source = ZD_MODEL_SHIPPED,
        .paints_styles = true,
    },
    {
        .name = "v2-small",
        .title = "Depth Anything V2 Small",
        .repository = "depth-anything/Depth-Anything-V2-Small-hf",
        .revision = "5426e4f0f36572d16453bbda7a8389317b1bef99",
        .file = "model.safetensors",
        .bytes = 99173660,
        .sha256 = "3152477ce0d8d6978d76b995120de97cb5b928701fd0f817769f59e249a16b70",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_DOWNLOAD,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_RELATIVE,
    },
    {
        .name = "v2-base",
        .title = "Depth Anything V2 Base",
        .repository = "depth-anything/Depth-Anything-V2-Base",
        .revision = "",
        .file = "depth_anything_v2_vitb.pth",
        .bytes = 389961218,
        .sha256 = "0d2b7002e62d39d655571c371333340bd88f67ab95050c03591555aa05645328",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_RELATIVE,
    },
    {
        .name = "v2-large",
        .title = "Depth Anything V2 Large",
        .repository = "depth-anything/Depth-Anything-V2-Large",
        .revision = "",
        .file = "depth_anything_v2_vitl.pth",
        .bytes = 1341395338,
        .sha256 = "a7ea19fa0ed99244e67b624c72b8580b7e9553043245905be58796a608eb9345",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_RELATIVE,
    },
    {
        .name = "v2-metric-indoor-small",
        .title = "Depth Anything V2 Metric Hypersim Small",
        .repository = "depth-anything/Depth-Anything-V2-Metric-Hypersim-Small",
        .revision = "",
        .file = "depth_anything_v2_metric_hypersim_vits.pth",
        .bytes = 99222290,
        .sha256 = "b782898d8a3e8be1f639de33837ed85e9b4b73e40f8f5e5cd99067588d722545",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 20.0f,
    },
    {
        .name = "v2-metric-outdoor-small",
        .title = "Depth Anything V2 Metric VKITTI Small",
        .repository = "depth-anything/Depth-Anything-V2-Metric-VKITTI-Small",
        .revision = "",
        .file = "depth_anything_v2_metric_vkitti_vits.pth",
        .bytes = 99221808,
        .sha256 = "9203e538d35255c90dda4b7fedb47ff33fe725497bcca3b1e53b3a65ee63f0cb",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 80.0f,
    },
    {
        .name = "v2-metric-indoor-base",
        .title = "Depth Anything V2 Metric Hypersim Base",
        .repository = "depth-anything/Depth-Anything-V2-Metric-Hypersim-Base",
        .revision = "",
        .file = "depth_anything_v2_metric_hypersim_vitb.pth",
        .bytes = 389965138,
        .sha256 = "9dc9e274c5eff55c6daf27b660c0ced0eca4e8593a6da90cdcb04d2b4d3f3fa2",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 20.0f,
    },
    {
        .name = "v2-metric-outdoor-base",
        .title = "Depth Anything V2 Metric VKITTI Base",
        .repository = "depth-anything/Depth-Anything-V2-Metric-VKITTI-Base",
        .revision = "",
        .file = "depth_anything_v2_metric_vkitti_vitb.pth",
        .bytes = 389964656,
        .sha256 = "4dad67a7cc10b462bca48e6b8569c762b8eb3c1adada170a3851a6d3ba37bb3e",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 80.0f,
    },
    {
        .name = "v2-metric-indoor-large",
        .title = "Depth Anything V2 Metric Hypersim Large",
        .repository = "depth-anything/Depth-Anything-V2-Metric-Hypersim-Large",
        .revision = "",
        .file = "depth_anything_v2_metric_hypersim_vitl.pth",
        .bytes = 1341401882,
        .sha256 = "6f82ff2bc543ac02ddff4aa31fa363676a8305dd3ccf04e80e2af115a044cb6d",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 20.0f,
    },
    {
        .name = "v2-metric-outdoor-large",
        .title = "Depth Anything V2 Metric VKITTI Large",
        .repository = "depth-anything/Depth-Anything-V2-Metric-VKITTI-Large",
        .revision = "",
        .file = "depth_anything_v2_metric_vkitti_vitl.pth",
        .bytes = 1341401064,
        .sha256 = "239b1054a369e66da2576e9a118d6d7c12d90dc8ebe609579a9a09cd8e05fe38",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .variant = ZD_NETWORK_VARIANT_V2,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 80.0f,
    },
    {
        .name = "vda-small",
        .title = "Video Depth Anything Small",
        .repository = "depth-anything/Video-Depth-Anything-Small",
        .revision = "a396fdd839642f9bb4d08d54cae9fbf43ca13388",
        .file = "video_depth_anything_vits.pth",
        .sha256 = "13379300b739e659f076a59d52e9801bd8d38c541a7e71f73bbca4dcfb013609",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_CONVERSION,
    },
    {
        .name = "vda-base",
        .title = "Video Depth Anything Base",
        .repository = "depth-anything/Video-Depth-Anything-Base",
        .revision = "",
        .file = "video_depth_anything_vitb.pth",
        .sha256 = "",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
    },
    {
        .name = "vda-large",
        .title = "Video Depth Anything Large",
        .repository = "depth-anything/Video-Depth-Anything-Large",
        .revision = "",
        .file = "video_depth_anything_vitl.pth",
        .sha256 = "",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
    },
    {
        .name = "vda-metric-small",
        .title = "Video Depth Anything Metric Small",
        .repository = "depth-anything/Metric-Video-Depth-Anything-Small",
        .revision = "",
        .file = "metric_video_depth_anything_vits.pth",
        .sha256 = "",
        .licence = "Apache-2.0 (see its card)",
        .source = ZD_MODEL_CONVERSION,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 80.0f,
    },
    {
        .name = "vda-metric-base",
        .title = "Video Depth Anything Metric Base",
        .repository = "depth-anything/Metric-Video-Depth-Anything-Base",
        .revision = "",
        .file = "metric_video_depth_anything_vitb.pth",
        .sha256 = "",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 80.0f,
    },
    {
        .name = "vda-metric-large",
        .title = "Video Depth Anything Metric Large",
        .repository = "depth-anything/Metric-Video-Depth-Anything-Large",
        .revision = "",
        .file = "metric_video_depth_anything_vitl.pth",
        .sha256 = "",
        .licence = "CC-BY-NC-4.0",
        .source = ZD_MODEL_CONVERSION,
        .kind = ZD_NETWORK_KIND_METRIC,
        .max_depth_m = 80.0f,
    },
    {
        .name = "da3-small",
        .title = "Depth Anything 3 Small",
        .repository = "depth-anything/DA3-SMALL",
        .revision = "",
        .file = "model.safetensors",
        .bytes = 137248940,
        .sha256 = "",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_BY_HAND,
    },
    {
        .name = "da3-base",
        .title = "Depth Anything 3 Base",
        .repository = "depth-anything/DA3-BASE",
        .revision = "",
        .file = "model.safetensors",
        .sha256 = "",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_BY_HAND,
    },
    {
        .name = "da3-mono-large",
        .title = "Depth Anything 3 Mono Large",
        .repository = "depth-anything/DA3MONO-LARGE",
        .revision = "",
        .file = "model.safetensors",
        .sha256 = "",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_BY_HAND,
    },
    {
        .name = "da3-metric-large",
        .title = "Depth Anything 3 Metric Large",
        .repository = "depth-anything/DA3METRIC-LARGE",
        .revision = "4010e39f3634a45bc60553321fb49fb760bd594e",
        .file = "model.safetensors",
        .bytes = 1336734448,
        .sha256 = "bbea5b0b3ee389849cffa7ddae89de064a90abd2b055fc5aa99aac68db324776",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_DOWNLOAD,
        .kind = ZD_NETWORK_KIND_METRIC,
    },
    {
        .name = "face-landmarks",
        .title = "MediaPipe face detector and landmarks, for face analysis",
        .repository = "google-ai-edge/mediapipe",
        .revision = "33d683c67100ef3db37d9752fcf65d30bea440c4",
        .file = "mediapipe/modules",
        .bytes = 229032 + 1241896,
        .sha256 = "",
        .licence = "Apache-2.0",
        .is_permissive = true,
        .source = ZD_MODEL_DOWNLOAD,
        .parts = face_parts,
        .finds_faces = true,
    },
};

enum { KNOWN = sizeof entries / sizeof entries[0] };

int zd_model_table_size(void)
{
    int extra;
    zd_model_table_file_entries(&extra);
    return KNOWN + extra;
}

const zd_model_entry *zd_model_table_at(int index)
{
    assert(index >= 0 && index < zd_model_table_size());
    int extra;
    return index < KNOWN ? &entries[index] : &zd_model_table_file_entries(&extra)[index - KNOWN];
}

const zd_model_entry *zd_model_table_find(const char *name)
{
    /* The known models come first, so that no file replaces one. */
    for (int i = 0; i < zd_model_table_size(); i++) {
        if (strcmp(zd_model_table_at(i)->name, name) == 0) {
            return zd_model_table_at(i);
        }
    }
    return NULL;
}
