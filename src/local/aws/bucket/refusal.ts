/** An error of S3 by its code and status: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class BucketRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number) {
    super(code);
    this.code = code;
    this.status = status;
  }
}
