"""VGG-16 as it was published, row by row."""

# Simonyan & Zisserman (2014), table 1, column D, on 224 x 224: maps, their side, parameters with biases.
PUBLISHED = """
    conv1_1  64 224     1,792
    conv1_2  64 224    36,928
    pool1    64 112         0
    conv2_1 128 112    73,856
    conv2_2 128 112   147,584
    pool2   128  56         0
    conv3_1 256  56   295,168
    conv3_2 256  56   590,080
    conv3_3 256  56   590,080
    pool3   256  28         0
    conv4_1 512  28 1,180,160
    conv4_2 512  28 2,359,808
    conv4_3 512  28 2,359,808
    pool4   512  14         0
    conv5_1 512  14 2,359,808
    conv5_2 512  14 2,359,808
    conv5_3 512  14 2,359,808
    pool5   512   7         0
"""
ROWS = [line.split() for line in PUBLISHED.strip().splitlines()]
